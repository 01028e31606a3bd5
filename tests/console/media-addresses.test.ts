import t from 'tap'
import { withOneFamily, withPlainAddresses } from '../../src/console/media-addresses.ts'

const lines = (...all: string[]) => all.join('\r\n')

t.test('names that Asterisk cannot resolve become addresses, ports stay', async (t) => {
  const hidden = lines(
    'c=IN IP4 0.0.0.0',
    'm=audio 51409 UDP/TLS/RTP/SAVPF 0',
    'a=candidate:1 1 udp 2113937151 89864888-8c78-4b62-a488-8a9042a68daf.local 51409 typ host generation 0'
  )
  const plain = lines(
    'c=IN IP4 127.0.0.1',
    'm=audio 51409 UDP/TLS/RTP/SAVPF 0',
    'a=candidate:1 1 udp 2113937151 127.0.0.1 51409 typ host generation 0'
  )
  t.equal(withPlainAddresses(hidden), plain)
  t.equal(withPlainAddresses(plain), plain, 'known addresses stay as they are')
})

t.test('one address family is left of what Asterisk offers: that of its connection line', async (t) => {
  const ip4 = [
    'a=candidate:Hc0000202 1 udp 2130706431 192.0.2.2 21140 typ host',
    'a=candidate:S1 1 UDP 1694498815 198.51.100.7 21140 typ srflx'
  ]
  const ip6 = [
    'a=candidate:H10866f5f 1 udp 2130706431 fd00::2 21140 typ host',
    'a=candidate:H9957f478 1 udp 2130706431 fe80::1 21140 typ host'
  ]
  const media = ['m=audio 21140 UDP/TLS/RTP/SAVPF 0 8 126', 'a=setup:active', '']
  t.equal(withOneFamily(lines('c=IN IP4 192.0.2.2', ...ip6, ...ip4, ...media)), lines('c=IN IP4 192.0.2.2', ...ip4, ...media))
  t.equal(withOneFamily(lines('c=IN IP6 fd00::2', ...ip4, ...ip6, ...media)), lines('c=IN IP6 fd00::2', ...ip6, ...media))
})
