import type { PlantedBug } from '../planted/planted-bug.ts'

export const planted: readonly PlantedBug[] = [
  {
    name: 'escaped-quote',
    target: 'parsers',
    file: 'packages/core/dist/shared/json.js',
    find: 'if (byte === BACKSLASH)\n            i++;\n        else if (byte === QUOTE)',
    replace: 'if (byte === QUOTE)',
    why: 'An escaped quote ends a string where members are counted: a name can stand there twice, or a good token is refused.',
  },
  {
    name: 'escapes-left-in-the-path',
    target: 'parsers',
    file: 'packages/core/dist/shared/uri.js',
    find: 'path.slice(i, i + 3).toUpperCase()',
    replace: 'path.slice(i, i + 3)',
    why: 'Two spellings of one URL are two URLs: the proof of an honest client is refused.',
  },
  {
    name: 'bytes-behind-the-certificate',
    target: 'parsers',
    file: 'packages/core/dist/sender/certificate/certificate-headers.js',
    find: 'certificate.raw.equals(der) ? thumbprintOf(der) : undefined',
    replace: 'thumbprintOf(der)',
    why: 'What follows the certificate in a header is hashed with it, so that one certificate has many thumbprints.',
  },
]
