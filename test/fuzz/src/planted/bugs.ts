import { planted as ofAdapters } from '../adapters/planted.ts'
import { planted as ofCache } from '../cache/planted.ts'
import { planted as ofKeySet } from '../key-set/planted.ts'
import { planted as ofParsers } from '../parsers/planted.ts'
import { planted as ofTokens } from '../tokens/planted.ts'
import type { PlantedBug } from './planted-bug.ts'

export const PLANTED_BUGS: readonly PlantedBug[] = [...ofTokens, ...ofCache, ...ofAdapters, ...ofParsers, ...ofKeySet]
