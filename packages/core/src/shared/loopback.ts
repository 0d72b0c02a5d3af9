/** Hostname as `URL` gives it: 127.0.0.0/8, [::1] and localhost (RFC 6761 section 6.3). */
export function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]') return true
  const octets = hostname.split('.')
  return octets.length === 4 && octets[0] === '127' && octets.every(octet => Number(octet) <= 255)
}
