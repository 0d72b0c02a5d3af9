import { expect, test } from 'vitest'
import { isLoopback } from '../../src/shared/loopback.ts'

const hostname = (host: string) => new URL(`http://${host}/`).hostname

test.each([
  '127.0.0.1',
  '127.255.255.254',
  '127.1',
  '2130706433',
  '0x7f.1',
  'localhost',
  'LOCALHOST',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
])('%s is this machine, as URL writes it (RFC 6761 section 6.3)', host => {
  expect(isLoopback(hostname(host))).toBe(true)
})

test.each([
  '128.0.0.1',
  '0.0.0.0',
  '10.0.0.1',
  '127.0.0.1.example.com',
  'localhost.example.com',
  'my-localhost',
  '127.0.0.example',
  'foo.localhost',
  '[::]',
  '[::2]',
  '[::ffff:10.0.0.1]',
])('%s is not', host => {
  expect(isLoopback(hostname(host))).toBe(false)
})
