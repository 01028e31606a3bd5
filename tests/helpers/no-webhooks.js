/** A centre that tells nobody anything over HTTP. */
export const noWebhooks = {
    list: async () => [],
    deliveries: async () => undefined,
    delivery: async () => undefined,
    replay: async () => undefined,
    ping: async () => undefined,
    stop: async () => false,
    resume: async () => false
};
//# sourceMappingURL=no-webhooks.js.map