/** Who is with whom, from the offer to the end of the agent's part. */
export class Pairs {
    #callOf = new Map();
    #agentOf = new Map();
    /** Agents who are still with somebody. */
    get left() {
        return [...this.#callOf.keys()];
    }
    /** Follows the event; false when it joins somebody who is with another. */
    allow(event) {
        switch (event.type) {
            case 'offer.made':
                return this.#join(event);
            case 'call.established':
                return this.#callOf.get(event.agentId) === event.callId && this.#agentOf.get(event.callId) === event.agentId;
            case 'call.transferred':
                this.#agentOf.delete(event.callId);
                return true;
            case 'offer.ended':
                if (event.result !== 'answered')
                    this.#part(event);
                return true;
            case 'leg.ended':
                this.#part(event);
                return true;
            default:
                return true;
        }
    }
    #join({ agentId, callId }) {
        const alone = !this.#callOf.has(agentId) && !this.#agentOf.has(callId);
        this.#callOf.set(agentId, callId);
        this.#agentOf.set(callId, agentId);
        return alone;
    }
    #part({ device, callId }) {
        if (this.#callOf.get(device) === callId)
            this.#callOf.delete(device);
        if (this.#agentOf.get(callId) === device)
            this.#agentOf.delete(callId);
    }
}
//# sourceMappingURL=pairs.js.map