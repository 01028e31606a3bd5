/** What each of them is dialled by; Switchboard's are in `flows/`. */
export const numbers = { dialplan: '8001', fastagi: '8002', 'ari-client': '8003', switchboard: '8004' } as const
export const queueNumbers = { 'app-queue': '8005', switchboard: '8006' } as const
/** Where callers wait and nothing is sent to them: a queue that nobody serves. On the others just an answer: app_queue has no queue without music (of a class that is not there it plays the default one). */
export const silentNumbers = { dialplan: '8007', 'ari-client': '8010', switchboard: '8008' } as const

/** Let in whatever the load. */
export const emergencyNumber = '8009'

/** The ARI application of the IVR on ari-client. */
export const ariClientApplication = 'bench-ari-client'

/**
 * The rivals' ways into the measured call; the dialplan's is the whole of it. `i`: Answer otherwise waits for half a second for the caller's audio, in which
 * the others play, and so 25 packets fewer would be counted.
 */
export function dialplanOf({ menu, next }: { readonly menu: string; readonly next: string }, agiPort: number): string {
  return `
[from-trunk](+)
exten => ${numbers.dialplan},1,Goto(bench-ivr,s,1)
exten => ${numbers.fastagi},1,AGI(agi://127.0.0.1:${agiPort})
 same => n,Hangup()
exten => ${numbers['ari-client']},1,Stasis(${ariClientApplication})
 same => n,Hangup()
exten => ${silentNumbers['ari-client']},1,Stasis(${ariClientApplication},wait)
 same => n,Hangup()
exten => ${queueNumbers['app-queue']},1,Answer()
 same => n,Queue(bench)
 same => n,Hangup()
exten => ${silentNumbers.dialplan},1,Answer(,i)
 same => n,Wait(300)
 same => n,Hangup()

[bench-ivr]
exten => s,1,Answer(,i)
 same => n,Background(${menu})
 same => n,WaitExten(5)
 same => n,Hangup()
exten => 1,1,Playback(${next})
 same => n,Hangup()
`
}

/** app_queue as quick as its settings make it: no pause between two attempts but the least, nothing said, no wrap-up. */
export const queuesConf = `
[general]
persistentmembers = no
autofill = yes
shared_lastcall = no

[bench]
strategy = rrmemory
musicclass = default
timeout = 20
retry = 1
wrapuptime = 0
ringinuse = no
announce-frequency = 0
`
