import { ConfigurationError } from '../errors/configuration-error.ts'
import type { DpopRules } from '../options/parse-dpop.ts'
import { describe, suggestion } from '../options/validate.ts'
import type { Vocabulary } from '../options/vocabulary.ts'
import { isPending } from '../shared/maybe-promise.ts'
import type { Access, SenderConstraint } from './access.ts'
import {
  authorizationDetail,
  type Expression,
  type Predicate,
  permission,
  type Requirement,
  role,
  type StepUp,
  satisfies,
  stepUp,
} from './expression.ts'
import { minimalScopes, scopeAlternatives } from './minimal-scopes.ts'
import { hasDetail } from './required-detail.ts'
import { textOf } from './requirement-text.ts'
import { asksForSender, demandsDpop } from './sender-rules.ts'
import { type Clock, meetsStepUp, type StepUpExpression, stepUpsOf } from './step-up.ts'

/** A requirement ready for requests. */
export interface CompiledRequirement {
  /** Canonical text for people: `imports:write and (service or user)`. */
  readonly text: string
  /** The scopes of each way through it; rules such as `service` are left out. Depends on the route alone. */
  readonly alternatives: readonly (readonly string[])[]
  /** What the 403 challenge names. Depends on the route alone, never on a token. */
  readonly scopes: readonly string[]
  /** Every sign-in that the route asks for. */
  readonly stepUps: readonly StepUp[]
  /** Whether every way through it takes a proof, so that bearer tokens need not be offered. */
  readonly demandsDpop: boolean
  /** The one scope that it asks for; `undefined` where it is more than a name. */
  readonly scope: string | undefined
  /** `source` is what the predicates of `satisfies` receive. */
  isSatisfiedBy(access: Access, source: unknown): boolean
  /** Whether the same token, bound to its sender, would suffice. */
  lacksSenderConstraint(access: Access, source: unknown): boolean
  /** The first sign-in that would suffice by itself, where that is all that is missing. */
  missingStepUp(access: Access, source: unknown): StepUp | undefined
}

export type RequirementTest = CompiledRequirement['isSatisfiedBy']

/** What a requirement is checked against, and decided with. */
export interface RequirementContext extends Clock {
  readonly vocabulary: Vocabulary
  /** `undefined` where no proofs are checked, so that no route may demand one. */
  readonly dpop: DpopRules | undefined
}

interface Compilation extends RequirementContext {
  /** Without a request `satisfies` is refused. */
  readonly hasRequest: boolean
  /** What is taken as given, to see whether it would suffice: a sign-in, or that the token is bound. */
  readonly assumed?: StepUpExpression | 'senderConstraint'
}

/**
 * Checks a requirement against the vocabulary and turns it into closures, once, at start.
 * @throws ConfigurationError `scope_unknown`, `requirement_empty`, `requirement_invalid`
 */
export function compileRequirement(requirement: Requirement, context: RequirementContext): CompiledRequirement {
  const isSatisfiedBy = compileTest(requirement, { ...context, hasRequest: true })
  const signIns = stepUpsOf(requirement).map(assumed => ({
    stepUp: assumed.stepUp,
    wouldSuffice: compileTest(requirement, { ...context, hasRequest: true, assumed }),
  }))
  const whenBound = compileTest(requirement, { ...context, hasRequest: true, assumed: 'senderConstraint' })
  return Object.freeze({
    text: textOf(requirement),
    scope: typeof requirement === 'string' ? requirement : undefined,
    demandsDpop: demandsDpop(requirement),
    lacksSenderConstraint: asksForSender(requirement) ? whenBound : NEVER,
    alternatives: scopeAlternatives(requirement, context.vocabulary),
    scopes: minimalScopes(requirement, context.vocabulary),
    stepUps: signIns.map(({ stepUp }) => stepUp),
    isSatisfiedBy,
    missingStepUp: (access: Access, source: unknown) =>
      signIns.find(({ wouldSuffice }) => wouldSuffice(access, source))?.stepUp,
  })
}

const ALWAYS: RequirementTest = () => true
const NEVER: RequirementTest = () => false

/** The decision alone, without text and challenge. @throws ConfigurationError as `compileRequirement` */
export function compileTest(requirement: Requirement, compilation: Compilation): RequirementTest {
  if (typeof requirement === 'string') return compileScope(requirement, compilation.vocabulary)
  if (!isExpression(requirement)) throw notARequirement(requirement)
  switch (requirement.kind) {
    case 'allOf':
      return every(partsOf(requirement).map(part => compileTest(part, compilation)))
    case 'anyOf':
      return some(partsOf(requirement).map(part => compileTest(part, compilation)))
    case 'authenticated':
      return ALWAYS
    case 'service':
    case 'user': {
      const { kind } = requirement
      return access => access.kind === kind
    }
    case 'dpop':
      if (compilation.dpop === undefined) throw withoutDpop()
      return compileConstraint('dpop', compilation)
    case 'mutualTls':
      return compileConstraint('mutual-tls', compilation)
    case 'role':
      return compileName(role(requirement.name), 'roles')
    case 'permission':
      return compileName(permission(requirement.name), 'permissions')
    case 'stepUp':
      return requirement === compilation.assumed ? ALWAYS : compileStepUp(stepUp(requirement.stepUp), compilation)
    case 'authorizationDetail':
      return compileDetail(authorizationDetail(requirement.detail))
    case 'satisfies':
      if (!compilation.hasRequest) throw withoutRequest()
      return compilePredicate(requirement)
    default:
      throw notARequirement(requirement)
  }
}

/** Expressions may be written by hand, so each goes through its function once more, which refuses a malformed one. */
type Of<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>

function compileName(expression: Expression, held: 'roles' | 'permissions'): RequirementTest {
  const { name } = expression as Of<'role'>
  return access => access[held].has(name)
}

function compileConstraint(constraint: SenderConstraint, { assumed }: Compilation): RequirementTest {
  return assumed === 'senderConstraint' ? ALWAYS : access => access.senderConstraints.includes(constraint)
}

function compileStepUp(expression: Expression, compilation: Compilation): RequirementTest {
  const required = (expression as Of<'stepUp'>).stepUp
  const { clock, clockToleranceSeconds } = compilation
  return access => meetsStepUp(access, required, { clock, clockToleranceSeconds })
}

function compileDetail(expression: Expression): RequirementTest {
  const { detail } = expression as Of<'authorizationDetail'>
  return access => hasDetail(access, detail)
}

function compileScope(name: string, { descriptions }: Vocabulary): RequirementTest {
  if (name === '') {
    throw new ConfigurationError(
      'requirement_empty',
      'A requirement is an empty string. Name a scope, or use `authenticated`.',
    )
  }
  if (!descriptions.has(name)) {
    throw new ConfigurationError(
      'scope_unknown',
      `A requirement names the scope ${describe(name)}, which the option "scopes" does not declare. ${suggestion(name, [...descriptions.keys()])}`,
    )
  }
  return access => access.scopes.has(name)
}

function compilePredicate({ name, predicate }: { name: unknown; predicate: unknown }): RequirementTest {
  const checked = satisfies(name as string, predicate as Predicate) as Of<'satisfies'>
  return (access, source) => {
    const result: unknown = checked.predicate(access, source)
    if (typeof result === 'boolean') return result
    // The answer of an async predicate comes too late; its rejection must not end the process on top.
    if (isPending(result)) result.then(undefined, () => undefined)
    throw new ConfigurationError(
      'requirement_invalid',
      `satisfies("${checked.name}") returned ${isPending(result) ? 'a promise' : describe(result)}. Return true or false at once; what has to be waited for belongs in the handler.`,
    )
  }
}

function every(tests: readonly RequirementTest[]): RequirementTest {
  return (access, source) => tests.every(test => test(access, source))
}

function some(tests: readonly RequirementTest[]): RequirementTest {
  return (access, source) => tests.some(test => test(access, source))
}

function isExpression(value: unknown): value is Expression {
  return typeof value === 'object' && value !== null && 'kind' in value
}

/** Also guards against expressions written by hand: an empty `allOf`, or one with holes, would let everybody in. */
function partsOf(expression: Expression): readonly Requirement[] {
  const parts = 'parts' in expression ? expression.parts : undefined
  if (Array.isArray(parts) && parts.length > 0) return [...parts]
  throw new ConfigurationError(
    'requirement_empty',
    `${expression.kind}() demands nothing. Name a scope, or use \`authenticated\`.`,
  )
}

function notARequirement(value: unknown): ConfigurationError {
  return new ConfigurationError(
    'requirement_invalid',
    `A requirement must be a scope name or an expression such as allOf(…), not ${describe(value)}.`,
  )
}

function withoutDpop(): ConfigurationError {
  return new ConfigurationError(
    'requirement_invalid',
    "A requirement demands dpop, but no proofs are checked. Set the options dpop: 'accepted' and publicOrigin.",
  )
}

function withoutRequest(): ConfigurationError {
  return new ConfigurationError(
    'requirement_invalid',
    'access.has() decides without a request, so satisfies(…) cannot be part of it. Require it on the route, or call your function.',
  )
}
