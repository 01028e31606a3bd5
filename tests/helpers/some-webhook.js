/** A webhook as tests want it. */
export function someWebhook(url, changes = {}) {
    const day = 24 * 3_600_000;
    return {
        ...{ name: 'crm', url, secretVariables: ['WEBHOOK_CRM'], teams: [], timeoutMs: 1_000, attemptsMax: 5 },
        ...{ maxAgeMs: day, keepDeliveredMs: day, keepDeadMs: day },
        ...changes
    };
}
//# sourceMappingURL=some-webhook.js.map