/** A log that keeps what was said from `warn` upwards. */
export function quietLog() {
    const lines = [];
    const log = {
        lines,
        debug: () => { },
        info: () => { },
        warn: (fields, message) => void lines.push({ level: 'warn', fields, message }),
        error: (fields, message) => void lines.push({ level: 'error', fields, message }),
        child: () => log
    };
    return log;
}
//# sourceMappingURL=quiet-log.js.map