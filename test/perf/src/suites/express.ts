import { bearerLoad } from '../http/bearer-load.ts'
import { compareServers, requestSeries } from '../http/compare-servers.ts'
import { speedRatio } from '../measure/metric.ts'
import type { Suite } from './suite.ts'

/** Requests per second through Express, with tokens that the guard has verified before. */
export const express: Suite = async ({ quick, rounds, fixtures }) => {
  const { rounds: measured, notes } = await compareServers('express-servers', ['bare', 'ours', 'auth0', 'expressJwt'], {
    fixtures,
    rounds,
    warmUps: quick ? 1 : 2,
    loadOn: url => bearerLoad(url, quick ? 0.3 : 0.8),
  })
  return {
    metrics: {
      express_vs_bare: speedRatio(measured, 'ours', 'bare'),
      express_vs_auth0: speedRatio(measured, 'ours', 'auth0'),
      express_vs_express_jwt: speedRatio(measured, 'ours', 'expressJwt'),
    },
    notes,
    series: { requests: requestSeries('Express', measured) },
  }
}
