import type { SignatureEngine } from '../issuer/verification-key.ts'
import { createJoseEngine } from './jose-engine.ts'
import { createNodeEngine } from './node-engine.ts'

export function createEngine(name: 'node' | 'jose'): SignatureEngine {
  return name === 'jose' ? createJoseEngine() : createNodeEngine()
}
