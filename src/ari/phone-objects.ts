import type { PhoneAccount } from '../domain/ports/telephony.ts'
import type { PhoneRules } from './asterisk-options.ts'

type Fields = Readonly<Record<string, string>>

/** The three objects of res_pjsip that make one phone; the endpoint last, because it names the others. */
export function phoneObjects(account: PhoneAccount, rules: PhoneRules): readonly (readonly [type: string, fields: Fields])[] {
  const { user } = account
  return [
    ['auth', { auth_type: 'userpass', username: user, password: account.password }],
    // One phone at a time, the last that registered; asked now and then whether it is still there.
    ['aor', { max_contacts: '1', remove_existing: 'yes', qualify_frequency: '30' }],
    ['endpoint', { ...common(account, rules.transfers), ...(account.kind === 'webrtc' ? webrtc : encryption(rules)) }]
  ]
}

/** Always DTLS-SRTP. */
const webrtc: Fields = { webrtc: 'yes', dtls_auto_generate_cert: 'yes' }

/** Always said, as what an object is not told stays as it was. */
function encryption({ srtp = 'off' }: PhoneRules): Fields {
  const yes = (is: boolean) => (is ? 'yes' : 'no')
  return { media_encryption: srtp === 'off' ? 'no' : 'sdes', media_encryption_optimistic: yes(srtp === 'optional') }
}

function common(account: PhoneAccount, transfers: boolean): Fields {
  const name = account.displayName.replace(/["\\]/g, '')
  return {
    auth: account.user,
    aors: account.user,
    context: account.context,
    callerid: `"${name}" <${account.callerNumber ?? account.user}>`,
    identify_by: 'auth_username,username',
    // Without `allow` the stored object cannot be read back (res_sorcery_astdb).
    disallow: 'all',
    // µ-law also for browsers: with opus Chrome sends keys of 20 ms, too short to be read safely.
    allow: 'ulaw,alaw',
    dtmf_mode: 'rfc4733',
    direct_media: 'no',
    // Never by Asterisk itself, which would dial whatever the phone says: see `transfer-asked`. Callers cannot transfer.
    allow_transfer: transfers && account.context === 'from-agents' ? 'yes' : 'no',
    rtp_symmetric: 'yes',
    force_rport: 'yes',
    rewrite_contact: 'yes',
    // A phone that died in a talk (power, a crashed browser) is noticed by the silence of its RTP, as on the trunk.
    rtp_timeout: '60',
    rtp_timeout_hold: '600'
  }
}
