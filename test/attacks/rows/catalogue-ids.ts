/** `count` ids of the catalogue that begin alike. */
function numbered(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`)
}

/** Every attack that there must be a row for, written out apart from the rows so that none can get lost. */
export const CATALOGUE_IDS: readonly string[] = [
  ...numbered('ALG', 10),
  ...numbered('KEY', 15),
  ...numbered('SIG', 4),
  ...numbered('ENC', 6),
  ...numbered('JSON', 12),
  ...numbered('CL', 18),
  ...numbered('NET', 12),
  ...numbered('HTTP', 14),
  ...numbered('OIDF', 30),
  ...numbered('SEEN', 36),
]

/** Published advisories, and issues of projects, that must be the name of a row or one of its other names. */
export const ADVISORIES: readonly string[] = [
  ...['CVE-2015-9235', 'CVE-2017-15361', 'CVE-2018-0114', 'CVE-2020-26160', 'CVE-2022-21449', 'CVE-2022-23529'],
  ...['CVE-2022-23539', 'CVE-2022-23540', 'CVE-2022-23541', 'CVE-2022-36083', 'CVE-2023-48223', 'CVE-2023-51774'],
  ...['CVE-2024-28176', 'CVE-2024-28180', 'CVE-2024-34273', 'CVE-2024-53861', 'CVE-2025-22868', 'CVE-2025-27144'],
  ...['CVE-2025-30144', 'CVE-2025-30204', 'CVE-2025-59420', 'CVE-2025-59936', 'CVE-2025-65945', 'CVE-2026-22817'],
  ...['CVE-2026-22818', 'CVE-2026-2293', 'CVE-2026-27932', 'CVE-2026-2880', 'CVE-2026-29000', 'CVE-2026-32597'],
  ...['CVE-2026-34240', 'CVE-2026-34950', 'CVE-2026-35039', 'CVE-2026-35040', 'CVE-2026-35041', 'CVE-2026-35042'],
  ...['CVE-2026-3635', 'CVE-2026-39373', 'CVE-2026-44351', 'CVE-2026-44699', 'CVE-2026-45363', 'CVE-2026-48524'],
  ...['CVE-2026-48525', 'CVE-2026-49852', 'GHSA-3j8v-cgw4-2g6q', 'GHSA-3vhc-576x-3qv4', 'GHSA-675f-rq2r-jw82'],
  ...['GHSA-869p-cjfg-cm3x', 'GHSA-8wpc-h4q6-8fxv', 'GHSA-c2ff-88x2-x9pg', 'GHSA-cjw9-ghj4-fwxf'],
  ...['GHSA-f67f-6cw9-8mq4', 'GHSA-fhv5-28vv-h8m8', 'GHSA-g3jj-5cmm-3hxx', 'GHSA-gmvf-9v4p-v8jc'],
  ...['GHSA-hm7r-c7qw-ghp6', 'GHSA-mvf2-f6gm-w987', 'GHSA-qc2q-qhf3-235m', 'GHSA-rp9m-7r4c-75qg'],
  ...['GHSA-ww5h-9m49-7xx4', 'fast-jwt#606', 'fast-jwt#638', 'fast-jwt#639', 'fast-jwt#640', 'jose#879'],
  ...['hono@a5bd9eb', 'hono@5463db2', 'hono@45ba3bf', 'express-oauth2-jwt-bearer#244', 'fastify-jwt#410'],
]
