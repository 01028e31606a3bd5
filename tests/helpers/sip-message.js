export function parseSip(text) {
    const [head = '', ...rest] = text.split('\r\n\r\n');
    const [first = '', ...lines] = head.split('\r\n');
    const fields = lines.map((line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]);
    const headers = (name) => fields.filter(([key]) => key === name.toLowerCase()).map(([, value]) => value);
    const response = /^SIP\/2\.0 (\d+)/.exec(first);
    return {
        first,
        method: response === null ? first.split(' ')[0] : undefined,
        status: response === null ? undefined : Number(response[1]),
        headers,
        header: (name) => headers(name)[0],
        body: rest.join('\r\n\r\n')
    };
}
export function formatSip(first, fields, body = '') {
    const type = body === '' ? [] : [['Content-Type', 'application/sdp']];
    const all = [...fields, ...type, ['Content-Length', String(Buffer.byteLength(body))]];
    return `${first}\r\n${all.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${body}`;
}
/** The answer to a request that the far end sent inside the dialog. */
export function answerTo(request, status, contact, body = '') {
    // A proxy between us stays in the dialog: RFC 3261 §12.1.1.
    const copied = ['Via', 'Record-Route', 'From', 'To', 'Call-ID', 'CSeq'].flatMap((name) => request.headers(name).map((value) => [name, value]));
    return formatSip(`SIP/2.0 ${status}`, [...copied, ['Contact', contact]], body);
}
/** The proxies that stay in the dialog, in the order of the message. */
export function recordedRoute(message) {
    return message.headers('record-route').flatMap((value) => value.split(/,\s*(?=<)/));
}
/** Where the far end wants our RTP, from its SDP. */
export function mediaAddress(sdp) {
    const port = /^m=audio (\d+)/m.exec(sdp)?.[1];
    const host = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1];
    return port === undefined || host === undefined ? undefined : { host, port: Number(port) };
}
//# sourceMappingURL=sip-message.js.map