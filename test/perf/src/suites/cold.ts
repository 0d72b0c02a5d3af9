import { type Metric, median, speedRatio } from '../measure/metric.ts'
import { measureRounds, type Round } from '../measure/rounds.ts'
import type { AlgorithmName } from '../tokens/fixtures.ts'
import type { Series, Suite, SuiteSettings } from './suite.ts'

type Driving = 'serial' | 'concurrent'

const PEERS = ['jose', 'fast-jwt', 'aws-jwt-verify', 'jsonwebtoken'] as const
const SIDES = ['ours', ...PEERS, 'floor'] as const
type SideName = (typeof SIDES)[number]

/** Tokens that have never been seen before. */
export const cold: Suite = async settings => {
  const serial = await measureCold(SIDES, 'serial', 'RS256', settings)
  const concurrent = await measureCold(SIDES, 'concurrent', 'RS256', settings)
  return {
    metrics: {
      cold_serial_rs256_vs_floor: speedRatio(serial, 'ours', 'floor'),
      cold_serial_es256_vs_floor: await versusFloor('serial', 'ES256', settings),
      cold_serial_ed25519_vs_floor: await versusFloor('serial', 'Ed25519', settings),
      cold_serial_rs256_vs_best_peer: speedRatio(serial.map(withBestPeer), 'ours', 'bestPeer'),
      cold_64_rs256_vs_floor: speedRatio(concurrent, 'ours', 'floor'),
      cold_64_es256_vs_floor: await versusFloor('concurrent', 'ES256', settings),
      cold_64_ed25519_vs_floor: await versusFloor('concurrent', 'Ed25519', settings),
      cold_64_rs256_vs_jose: speedRatio(concurrent, 'ours', 'jose'),
      cold_64_rs256_vs_best_peer: speedRatio(concurrent.map(withBestPeer), 'ours', 'bestPeer'),
    },
    notes: [
      'cold_serial_*: each request in an event-loop turn of its own; the time of as many bare turns is taken off every side.',
      'cold_*_best_peer: fast-jwt, aws-jwt-verify and jsonwebtoken in their synchronous form; the other one is not faster.',
    ],
    series: { throughput: SIDES.map(side => throughputOf(side, serial, concurrent)) },
  }
}

function measureCold<Name extends SideName>(
  sides: readonly Name[],
  driving: Driving,
  algorithm: AlgorithmName,
  { fixtures, quick, rounds }: SuiteSettings,
): Promise<readonly Round<Name>[]> {
  const variant = `${driving} ${algorithm} ${quick ? 1 : 2}`
  const plans = Object.fromEntries(sides.map(side => [side, { module: `cold-${side}`, variant }]))
  return measureRounds(plans as Record<Name, { module: string; variant: string }>, fixtures, rounds)
}

async function versusFloor(driving: Driving, algorithm: AlgorithmName, settings: SuiteSettings): Promise<Metric> {
  return speedRatio(await measureCold(['ours', 'floor'], driving, algorithm, settings), 'ours', 'floor')
}

/** Whichever was the fastest in this very round. */
function withBestPeer(round: Round<SideName>): Round<'ours' | 'bestPeer'> {
  return { ours: round.ours, bestPeer: Math.min(...PEERS.map(peer => round[peer])) }
}

/** RS256 verifications per second. */
function throughputOf(
  side: SideName,
  serial: readonly Round<SideName>[],
  concurrent: readonly Round<SideName>[],
): Series {
  const perSecond = (rounds: readonly Round<SideName>[]) => Math.round(1e9 / median(rounds.map(round => round[side])))
  return {
    name: side,
    points: [
      ['one at a time', perSecond(serial)],
      ['64 in flight', perSecond(concurrent)],
    ],
  }
}
