// The measured call as a FastAGI server would do it: one TCP connection for each call, a command a line, an answer a line.
// Arguments: port, menu, next (sound files without their endings).
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'

const [port, menu, next] = process.argv.slice(2)

createServer((socket) => {
  // A caller who hangs up ends the connection at whatever command was under way.
  socket.on('error', () => socket.destroy())
  serve(socket).catch(() => socket.destroy())
}).listen(Number(port), '127.0.0.1')

async function serve(socket) {
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  // The variables of the call, up to an empty line.
  while ((await read(lines)) !== '');
  const ask = async (command) => {
    socket.write(`${command}\n`)
    const answer = await read(lines)
    const result = /^200 result=(-?\d+)/.exec(answer)?.[1]
    if (result === undefined || result === '-1') throw new Error(`${command}: ${answer}`)
    return Number(result)
  }

  // At once, as the others do: ANSWER would wait for half a second for the caller's audio.
  await ask('EXEC Answer ",i"')
  const pressed = (await ask(`STREAM FILE "${menu}" "0123456789*#"`)) || (await ask('WAIT FOR DIGIT 5000'))
  if (pressed === '1'.charCodeAt(0)) await ask(`STREAM FILE "${next}" ""`)
  await ask('HANGUP')
  socket.end()
}

async function read(lines) {
  const { value, done } = await lines.next()
  if (done) throw new Error('Asterisk closed the connection')
  return value
}
