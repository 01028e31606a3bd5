import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How a service answers: as it should, breaking off, never, or with 500. */
export type ServiceHealth = 'well' | 'dead' | 'slow' | 'wrong'

/** An HTTP service outside whose health can be changed. */
export class FaultyService {
  health: ServiceHealth = 'well'
  readonly #server: Server

  constructor(answer: RequestListener) {
    this.#server = createServer((request, response) => {
      if (this.health === 'dead') request.socket.destroy()
      else if (this.health === 'wrong') response.writeHead(500).end()
      else if (this.health === 'well') answer(request, response)
      // Who is slow answers when everybody has given up.
    })
  }

  async open(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}
