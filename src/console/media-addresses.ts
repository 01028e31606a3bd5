/**
 * What a browser without a granted microphone writes of its own addresses: `.local` names (mDNS) and 0.0.0.0 as the connection. Asterisk cannot resolve the
 * names, so it would not start ICE at all, and takes 0.0.0.0 for hold (RFC 3264 §8.4). Any address does: it learns the true one from the browser's own
 * checks (RFC 8445 §7.3.1.3, peer-reflexive candidates).
 */
export function withPlainAddresses(sdp: string): string {
  return sdp.replace(/[0-9a-f-]{36}\.local/g, '127.0.0.1').replaceAll('c=IN IP4 0.0.0.0', 'c=IN IP4 127.0.0.1')
}

/**
 * The description without candidates of another address family than that of its connection line. A browser goes over from IPv4 to IPv6 as soon as both
 * answer, and Asterisk drops the DTLS packets of an address that was not told to it and that it had not met when its own checks were complete
 * (`__rtp_recvfrom` in res_rtp_asterisk.c): the call would stay silent for ever. So who hides their addresses is shown one way.
 */
export function withOneFamily(sdp: string): string {
  const isIp6 = /^c=IN IP6/m.test(sdp)
  const keeps = (line: string) => {
    const [, address] = /^a=candidate:(?:\S+ ){4}(\S+)/.exec(line) ?? []
    return address === undefined || address.includes(':') === isIp6
  }
  return sdp.split('\r\n').filter(keeps).join('\r\n')
}
