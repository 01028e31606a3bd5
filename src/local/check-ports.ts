import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Address, Environment } from '../config/environment.ts'

/** What is wrong with the addresses we are to listen on, a sentence each that names the variable to change. */
export async function findPortProblems(environment: Environment, withBank: boolean): Promise<string[]> {
  const wanted = [
    ['HTTP_ADDRESS', tryTcp],
    ['ARI_ADDRESS', tryTcp],
    ['SIP_ADDRESS', tryUdp],
    ['SIP_ADDRESS', tryTcp],
    ...(environment.SIP_TLS_ADDRESS === undefined ? [] : [['SIP_TLS_ADDRESS', tryTcp] as const]),
    ...(withBank ? [['EXAMPLE_BANK_ADDRESS', tryTcp] as const] : [])
  ] as const
  const problems = await Promise.all(
    wanted.map(async ([variable, attempt]) => {
      const address = environment[variable]
      const code = address && (await attempt(address))
      return address && code && sentence(variable, address, code)
    })
  )
  return [...new Set(problems.filter((problem) => problem !== undefined))]
}

function sentence(variable: string, { host, port }: Address, code: string): string {
  if (code === 'EADDRINUSE') return `${variable}: port ${port} of ${host} is taken; set ${variable}=${host}:PORT with a free port`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${variable}: ${host} is not an address of this machine; set ${variable}=127.0.0.1:${port}`
  return `${variable}: cannot listen on ${host}:${port} (${code}); set ${variable} to another address`
}

async function tryTcp({ host, port }: Address): Promise<string | undefined> {
  const server = createServer()
  try {
    server.listen({ host, port, exclusive: true })
    await once(server, 'listening')
    return undefined
  } catch (error) {
    return codeOf(error)
  } finally {
    server.close()
  }
}

async function tryUdp({ host, port }: Address): Promise<string | undefined> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  try {
    socket.bind({ address: host, port, exclusive: true })
    await once(socket, 'listening')
    return undefined
  } catch (error) {
    return codeOf(error)
  } finally {
    socket.close()
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
