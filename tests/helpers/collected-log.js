/** A log that keeps its lines for the test to read. */
export function collectedLog(lines = [], bound = {}) {
    const at = (level) => (fields, message) => void lines.push({ level, message, fields: { ...bound, ...fields } });
    return {
        lines,
        debug: at('debug'),
        info: at('info'),
        warn: at('warn'),
        error: at('error'),
        child: (fields) => collectedLog(lines, { ...bound, ...fields })
    };
}
//# sourceMappingURL=collected-log.js.map