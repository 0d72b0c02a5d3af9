/** Stands in for your database, which every process would share: nothing in here changes. */

export const findings = [
  { id: 'F-1', severity: 'high', title: 'Administrator without a second factor' },
  { id: 'F-2', severity: 'low', title: 'Certificate expires in 20 days' },
] as const

export const alerts = [
  { id: 'A-1', device: 'laptop-7', title: 'Credential dumping' },
  { id: 'A-2', device: 'build-3', title: 'Outbound traffic to a known command server' },
] as const

export const devices = [
  { id: 'laptop-7', owner: 'user-lin' },
  { id: 'build-3', owner: 'platform' },
] as const
