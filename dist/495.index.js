"use strict";
exports.id = 495;
exports.ids = [495];
exports.modules = {

/***/ 4094:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  y: () => (/* binding */ openDispatcher)
});

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: ./build/api/errors.js
var errors = __webpack_require__(477);
// EXTERNAL MODULE: ./node_modules/undici/lib/api/index.js
var api = __webpack_require__(6615);
// EXTERNAL MODULE: ./node_modules/undici/lib/core/connect.js
var connect = __webpack_require__(9136);
var connect_default = /*#__PURE__*/__webpack_require__.n(connect);
// EXTERNAL MODULE: ./node_modules/undici/lib/dispatcher/agent.js
var dispatcher_agent = __webpack_require__(7405);
var agent_default = /*#__PURE__*/__webpack_require__.n(dispatcher_agent);
// EXTERNAL MODULE: ./node_modules/undici/lib/dispatcher/dispatcher.js
var dispatcher = __webpack_require__(883);
var dispatcher_default = /*#__PURE__*/__webpack_require__.n(dispatcher);
// EXTERNAL MODULE: ./node_modules/undici/lib/dispatcher/pool.js
var pool = __webpack_require__(628);
var pool_default = /*#__PURE__*/__webpack_require__.n(pool);
// EXTERNAL MODULE: ./node_modules/undici/lib/dispatcher/proxy-agent.js
var proxy_agent = __webpack_require__(6672);
var proxy_agent_default = /*#__PURE__*/__webpack_require__.n(proxy_agent);
// EXTERNAL MODULE: ./node_modules/undici/lib/interceptor/decompress.js
var decompress = __webpack_require__(557);
var decompress_default = /*#__PURE__*/__webpack_require__.n(decompress);
;// CONCATENATED MODULE: ./build/api/undici.js
/**
 * The parts of undici that requests need. Its index loads fetch, WebSocket, caches and mocks besides, and with them a step
 * whose image is warm takes a quarter longer.
 */







// As undici's index does: `request` and `connect` are methods of every dispatcher.
Object.assign((dispatcher_default()).prototype, api);


;// CONCATENATED MODULE: ./build/api/dispatcher.js



// Node gives an address 250 ms before it tries the next one, less than a distant or busy host needs.
const ADDRESS_TIMEOUT = 2_000;
/**
 * Opens the way to an API as the user of a self-hosted runner expects it: through `HTTPS_PROXY` unless `NO_PROXY` exempts
 * the host, each in lower case before upper case. Plain http goes to loopback addresses only, and never through a proxy,
 * which would see the key.
 * @param requestTimeout milliseconds for connecting, and for the proxy's answer.
 * @returns what is wrong with the proxy's address instead, without any part of it: it may hold a password.
 */
function openDispatcher(options) {
    const { env, requestTimeout } = options;
    const url = new URL(options.baseUrl);
    const address = url.protocol === 'https:' ? env['https_proxy']?.trim() || env['HTTPS_PROXY']?.trim() : '';
    const connecting = {
        allowH2: false, // one request at a time has no use for it
        timeout: requestTimeout,
        autoSelectFamily: true,
        autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT,
    };
    // Each request brings its own limit.
    const unlimited = { allowH2: false, headersTimeout: 0, bodyTimeout: 0 };
    if (!address || isExempt(url, env['no_proxy'] || env['NO_PROXY'] || '')) {
        const agent = new (agent_default())({ ...unlimited, connect: keepingAlerts(connect_default()(connecting)) });
        return { dispatcher: decompressing(agent), viaProxy: false, secrets: [] };
    }
    const proxy = parseProxy(address);
    if (proxy === null) {
        return { problem: 'HTTPS_PROXY is set, but not to an http or https address; correct or unset it' };
    }
    const agent = new (proxy_agent_default())({
        ...unlimited,
        uri: proxy.origin,
        ...(proxy.credentials === null ? {} : { token: `Basic ${proxy.credentials}` }),
        connectTimeout: requestTimeout,
        requestTls: { allowH2: false },
        proxyTls: connecting,
        clientFactory: (origin, { connect }) => new (pool_default())(origin, { headersTimeout: requestTimeout, connect: namingProxy(connect) }),
        factory: (origin, { connect, ...options }) => new (pool_default())(origin, { ...options, connect: keepingAlerts(connect) }),
    });
    return { dispatcher: decompressing(agent), viaProxy: true, secrets: proxy.secrets };
}
/** What comes compressed, though it is not asked for, is decompressed, refusals included. */
function decompressing(dispatcher) {
    return dispatcher.compose(decompress_default()({ skipErrorResponses: false }));
}
/** Keeps the TLS alert that ended a connection as the cause of undici's own error, "other side closed", which hides it. */
function keepingAlerts(connect) {
    return (options, callback) => connect(options, (...[error, socket]) => {
        if (error !== null)
            return callback(error, null);
        let alert = null;
        socket.on('error', (problem) => {
            if (alert !== null)
                problem.cause ??= alert;
            alert ??= problem;
        });
        callback(null, socket);
    });
}
/**
 * Marks a failure to reach the proxy, so that it can be told from one behind the proxy. undici names a proxy that is given
 * by its IP address in the TLS handshake too, which makes Node print a warning.
 */
function namingProxy(connect) {
    // undici cancels an attempt through the socket that a connector returns.
    return ({ servername = '', ...options }, callback) => connect((0,external_node_net_.isIP)(bareHost(servername)) === 0 ? { ...options, servername } : options, (...[error, socket]) => {
        if (error === null)
            callback(null, socket);
        else
            callback(new errors/* ProxyUnreachable */.Lo(error), null);
    });
}
/**
 * Whether `NO_PROXY` names the host: by name, by a domain that it is or is in (with or without `.` or `*.` before it), or
 * `*`; each with or without a port; separated by commas or blanks.
 */
function isExempt(url, noProxy) {
    const host = bareHost(url.hostname);
    const port = url.port || '443';
    return noProxy.split(/[\s,]+/).some((entry) => {
        const [, name = '', entryPort = port] = /^(\[.*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? [];
        const domain = bareHost(name.replace(/^\*?\./, ''));
        if (domain === '' || entryPort !== port)
            return false;
        return domain === '*' || host === domain || ((0,external_node_net_.isIP)(host) === 0 && host.endsWith(`.${domain}`));
    });
}
/** In lower case, without the brackets of an IPv6 address and the dot at the end of a name. */
function bareHost(host) {
    return host.toLowerCase().replace(/^\[|\]$|\.$/g, '');
}
/** Reads a proxy's address, with or without a scheme, its user info in any form; `null` for one that cannot be read. */
function parseProxy(address) {
    const [, scheme = 'http', rest = ''] = /^(?:([a-z]\w*):\/\/)?(?![a-z]\w*:\/\/)(\P{Cc}+)$/iu.exec(address) ?? [];
    const end = rest.lastIndexOf('@'); // what is before it may hold any character, `/`, `?` and `#` too
    const origin = `${scheme}://${rest.slice(end + 1)}`;
    if (!/^https?$/i.test(scheme) || !URL.canParse(origin))
        return null;
    const proxy = { origin: new URL(origin).origin, credentials: null, secrets: [] };
    if (end < 0)
        return proxy;
    const userInfo = rest.slice(0, end);
    const decoded = percentDecoded(userInfo.includes(':') ? userInfo : `${userInfo}:`);
    const credentials = decoded.toString('base64');
    return {
        ...proxy,
        credentials,
        secrets: [credentials, ...partsOf(userInfo), ...partsOf(decoded.toString())],
    };
}
/** The octets that percent-encoding stands for; a `%` that encodes nothing stands for itself. */
function percentDecoded(text) {
    const octet = /(%[0-9a-f]{2})/i;
    const octets = (part) => (octet.test(part) ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part));
    return Buffer.concat(text.split(octet).map(octets));
}
/** User info, user and password. */
function partsOf(userInfo) {
    const [user = '', ...password] = userInfo.split(':');
    return [userInfo, user, password.join(':')];
}


/***/ }),

/***/ 477:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Lo: () => (/* binding */ ProxyUnreachable),
/* harmony export */   ci: () => (/* binding */ addressOf),
/* harmony export */   k6: () => (/* binding */ badAnswer),
/* harmony export */   rd: () => (/* binding */ networkFailure)
/* harmony export */ });
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7934);
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6184);
/* harmony import */ var _headers_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6814);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7172);
/* harmony import */ var _types_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8105);





const LONGEST_DETAIL = 300;
const word = valibot__WEBPACK_IMPORTED_MODULE_0__/* .fallback */ .NpB(valibot__WEBPACK_IMPORTED_MODULE_0__/* .union */ .KCZ([valibot__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP(), valibot__WEBPACK_IMPORTED_MODULE_0__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_0__/* .number */ .aig(), valibot__WEBPACK_IMPORTED_MODULE_0__/* .transform */ .pdi(String))]), '');
// Documented: code, reason, message; on other paths message, error or title alone.
const ErrorBody = valibot__WEBPACK_IMPORTED_MODULE_0__/* .object */ .Ikc({
    code: valibot__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lqM(word, ''),
    reason: valibot__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lqM(word, ''),
    message: valibot__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lqM(word, ''),
    error: valibot__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lqM(valibot__WEBPACK_IMPORTED_MODULE_0__/* .union */ .KCZ([valibot__WEBPACK_IMPORTED_MODULE_0__/* .object */ .Ikc({ message: word }), word]), ''),
    title: valibot__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lqM(word, ''),
});
const NO_BODY = { code: '', reason: '', message: '', error: '', title: '' };
/** What an answer that is not a success means. */
function badAnswer(answer) {
    const { method, url, status, headers, text, retryAfter, redact } = answer;
    const json = (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .parseJson */ .q)(text);
    const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
    const detail = (remote) => (0,_text_js__WEBPACK_IMPORTED_MODULE_2__/* .shorten */ .ml)(redact(remote), LONGEST_DETAIL);
    const attempt = `${method} ${addressOf(url)}`;
    // Whoever answers like this stands in front of the API: it says nothing about the key.
    if (status === 403 && (!isObject || (0,_headers_js__WEBPACK_IMPORTED_MODULE_3__/* .headerOf */ .rR)(headers, 'cf-mitigated') !== '')) {
        const marks = ['server', 'cf-mitigated', 'cf-ray'].flatMap((name) => {
            const value = (0,_headers_js__WEBPACK_IMPORTED_MODULE_3__/* .headerOf */ .rR)(headers, name);
            return value === '' ? [] : [`${name}: ${detail(value)}`];
        });
        const from = marks.length === 0 ? '' : ` (${marks.join(', ')})`;
        const said = detail(text
            .replace(/<[^>]*>/g, ' ')
            .replace(/\s+/g, ' ')
            .trim());
        return (0,_types_js__WEBPACK_IMPORTED_MODULE_4__/* .transient */ ["do"])(`${attempt} was answered with HTTP 403 by something in front of the API that refuses this client${from}${said === '' ? '' : `: ${said}`}; ask the API's operator to admit this runner's address`, { status, retryAfter });
    }
    const body = valibot__WEBPACK_IMPORTED_MODULE_0__/* .safeParse */ .xLC(ErrorBody, json);
    const { code, reason, message, error, title } = body.success ? body.output : NO_BODY;
    const said = message || (typeof error === 'string' ? error : error.message) || title;
    const label = [
        `HTTP ${status}`,
        ...(reason === '' ? [] : [detail(reason)]),
        ...(code === '' || code === String(status) ? [] : [`(code ${detail(code)})`]),
    ].join(' ');
    const came = said === '' ? label : `${label}: ${detail(said)}`;
    const problem = `${attempt} was answered with ${came}; ${adviceOn(answer, reason)}`;
    return { kind: kindOf(status), problem, status, reason, retryAfter };
}
/** Scheme, host and path: the query may hold what users write. */
function addressOf(url) {
    return `${url.origin}${url.pathname}`;
}
function kindOf(status) {
    if (status === 429 || status === 503)
        return 'busy';
    return status === 408 || status === 425 || status >= 500 ? 'transient' : 'refused';
}
/** What to check when the prewarm API does not do what was asked. */
function adviceOn({ method, url, status, headers, redact }, reason) {
    if (status >= 300 && status < 400) {
        const location = (0,_headers_js__WEBPACK_IMPORTED_MODULE_3__/* .headerOf */ .rR)(headers, 'location');
        const target = URL.canParse(location) ? redact(new URL(location).origin) : 'another address';
        return `redirects are not followed, so check base-url: it points to ${target}`;
    }
    const isDeletion = method === 'DELETE' || url.pathname.endsWith('/delete');
    if (status === 401 || status === 403 || reason === 'MISSING_API_KEY') {
        const action = isDeletion ? 'delete' : method === 'POST' ? 'create' : 'list';
        return `check api-key: it must be valid for this base-url and allowed to ${action} prewarm tasks`;
    }
    if (status === 429)
        return 'use a longer poll-interval or fewer waiting jobs';
    if (status >= 500 || status === 408 || status === 425)
        return 'the API itself is failing';
    if (isDeletion)
        return 'delete the tasks in the console';
    if (method === 'POST')
        return 'check image, cluster-ids, product-ids, note and registry-auth-id';
    if (status === 404)
        return 'check base-url and api-version: no prewarm API answers there';
    return 'check base-url, image, note and cluster-ids';
}
/** The proxy itself could not be reached, for the reason in `cause`. */
class ProxyUnreachable extends Error {
    constructor(cause) {
        super('The proxy cannot be reached', { cause });
    }
}
/**
 * What a request that got no answer means.
 * @param addressSetting what sets the address, for the advice.
 */
function networkFailure(attempt, error, { addressSetting, viaProxy }) {
    const isAtProxy = error instanceof ProxyUnreachable;
    const { code, message } = rootOf(error);
    // undici tells the proxy's status in the text alone.
    const [, refusal] = /^Proxy response \((\d+)\)/.exec(message) ?? [];
    if (refusal !== undefined) {
        const problem = `${attempt} was refused by the proxy with HTTP ${refusal}; check HTTPS_PROXY and NO_PROXY`;
        return kindOf(Number(refusal)) === 'refused' ? refused(problem) : (0,_types_js__WEBPACK_IMPORTED_MODULE_4__/* .transient */ ["do"])(problem);
    }
    const way = isAtProxy
        ? ' at the proxy in HTTPS_PROXY'
        : viaProxy
            ? ' through the proxy in HTTPS_PROXY'
            : '';
    const tls = tlsProblem(code, isAtProxy ? 'HTTPS_PROXY' : addressSetting);
    if (tls !== null)
        return refused(`${attempt} failed${way}: ${tls}`);
    const cause = [code, message].filter((part) => part !== '').join(': ');
    const settings = viaProxy ? 'HTTPS_PROXY and NO_PROXY' : `${addressSetting} and the network`;
    return (0,_types_js__WEBPACK_IMPORTED_MODULE_4__/* .transient */ ["do"])(`${attempt} failed${way} (${cause}); check ${settings}`);
}
function refused(problem) {
    return { ...(0,_types_js__WEBPACK_IMPORTED_MODULE_4__/* .transient */ ["do"])(problem), kind: 'refused' };
}
/** What is wrong with the other side's TLS, and what to do, where trying again is of no use; else `null`. */
function tlsProblem(code, setting) {
    if (/ALTNAME|HOSTNAME_MISMATCH/.test(code)) {
        return `the certificate is another host's (${code}); check ${setting}`;
    }
    if (/HAS_EXPIRED|NOT_YET_VALID/.test(code)) {
        return `the certificate has expired or is not valid yet (${code}); it has to be renewed there, unless this machine's clock is wrong`;
    }
    if (/ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|HANDSHAKE_FAILURE)/.test(code)) {
        return `the handshake was broken off (${code}), most likely because a client certificate is asked for, which this action cannot give; check ${setting}`;
    }
    if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_OVERFLOW/.test(code)) {
        return `what answers there speaks no TLS at all (${code}); check scheme and port in ${setting}`;
    }
    // https://nodejs.org/api/tls.html#x509-certificate-error-codes
    if (/CERT|CRL|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE/.test(code)) {
        return `the certificate is not trusted (${code}); name its authority in NODE_EXTRA_CA_CERTS, or check ${setting}`;
    }
    return null;
}
/** Code and text at the root; each is empty where there is none. */
function rootOf(error) {
    let root = error;
    // Each address that was tried has an error of its own inside an AggregateError.
    while (root instanceof Error) {
        const inner = root instanceof AggregateError ? root.errors[0] : root.cause;
        if (!(inner instanceof Error))
            break;
        root = inner;
    }
    if (!(root instanceof Error))
        return { code: '', message: String(root) };
    const { code, reason } = root;
    return {
        code: typeof code === 'string' ? code : '',
        // OpenSSL's own text holds a thread's id and the name of a source file.
        message: /:error:[0-9A-F]+:/.test(root.message) ? String(reason ?? 'TLS failed') : root.message,
    };
}


/***/ }),

/***/ 6814:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m6: () => (/* binding */ parseHttpDate),
/* harmony export */   mu: () => (/* binding */ parseRetryAfter),
/* harmony export */   rR: () => (/* binding */ headerOf),
/* harmony export */   yq: () => (/* binding */ parseRateLimitReset)
/* harmony export */ });
// Smaller numbers are spans: 10^9 s after 1970 is in 2001.
const SMALLEST_UNIX_TIME = 1_000_000_000;
/** One header as text; of several of the same name the first, empty text for none. */
function headerOf(headers, name) {
    const value = headers[name];
    return (typeof value === 'string' ? value : value?.[0]) ?? '';
}
/**
 * Reads a `Retry-After` header, seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 * @param serverTime the server's time of day, Unix milliseconds.
 * @returns milliseconds to wait; `null` when there is nothing to wait for or the header cannot be read.
 */
function parseRetryAfter(header, serverTime) {
    const text = header.trim();
    if (/^\d+$/.test(text))
        return Number(text) > 0 ? Number(text) * 1000 : null;
    return positive((parseHttpDate(text) ?? serverTime) - serverTime);
}
/**
 * Reads an `x-ratelimit-reset` header: the Unix seconds at which requests are taken again, or the seconds until then.
 * @param serverTime the server's time of day, Unix milliseconds.
 * @returns milliseconds to wait; `null` when there is nothing to wait for or the header cannot be read.
 */
function parseRateLimitReset(header, serverTime) {
    const text = header.trim();
    if (!/^\d+(?:\.\d+)?$/.test(text))
        return null;
    const seconds = Number(text);
    return positive(seconds < SMALLEST_UNIX_TIME ? seconds * 1000 : seconds * 1000 - serverTime);
}
const WEEKDAY = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;
/**
 * Reads the date of an HTTP header in any of its three forms: https://www.rfc-editor.org/rfc/rfc9110#http.date
 * @returns Unix milliseconds; `null` for anything else, of which `Date.parse` would make some date or other.
 */
function parseHttpDate(text) {
    // The oldest of the three forms names no zone; it is GMT like the others.
    const time = WEEKDAY.test(text) ? Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) : Number.NaN;
    return Number.isNaN(time) ? null : time;
}
function positive(wait) {
    return wait > 0 ? wait : null;
}


/***/ }),

/***/ 7172:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   q: () => (/* binding */ parseJson),
/* harmony export */   y: () => (/* binding */ readText)
/* harmony export */ });
const LARGEST_BODY = 32 * 1024 * 1024;
/** The text of a body; `null` when it is over 32 MiB. Rejects when the body is cut short. */
async function readText(body) {
    const chunks = [];
    let size = 0;
    for await (const chunk of body) {
        size += chunk.length;
        if (size > LARGEST_BODY)
            return null;
        chunks.push(chunk);
    }
    return new TextDecoder().decode(Buffer.concat(chunks));
}
/**
 * Parses JSON. Integers that a number cannot hold come back as strings.
 * @returns `undefined` when the text is not JSON.
 */
function parseJson(text) {
    try {
        return /\d{16}/.test(text) ? JSON.parse(text, keepLongIntegers) : JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
// An id may be a number beyond 2^53, which JSON.parse alone would round to another id.
function keepLongIntegers(_key, value, context) {
    const isLong = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
    return isLong && /^-?\d+$/.test(context?.source ?? '') ? context?.source : value;
}


/***/ }),

/***/ 3495:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  openApi: () => (/* binding */ openApi)
});

// EXTERNAL MODULE: ./build/api/dispatcher.js + 1 modules
var api_dispatcher = __webpack_require__(4094);
// EXTERNAL MODULE: ./build/redact.js
var redact = __webpack_require__(618);
// EXTERNAL MODULE: ./build/api/errors.js
var errors = __webpack_require__(477);
// EXTERNAL MODULE: ./build/api/headers.js
var api_headers = __webpack_require__(6814);
// EXTERNAL MODULE: ./build/api/json.js
var json = __webpack_require__(7172);
// EXTERNAL MODULE: ./build/api/types.js
var types = __webpack_require__(8105);
;// CONCATENATED MODULE: ./build/api/http.js





const DATE_HEADER_MIDDLE = 500; // the header is cut to whole seconds
/** Requests to the prewarm API, which carry its key: one answer each, no redirect followed, no retry. */
class Http {
    #options;
    #clock = null;
    /** Takes the secrets out of a remote text. */
    redact;
    constructor(options) {
        this.#options = options;
        this.redact = (0,redact/* redactor */.$)(options.token, ...options.secrets);
    }
    /**
     * Milliseconds to add to this machine's clock for the server's; `null` while the server has not told its time. It is
     * taken from the quickest exchange so far, which leaves the least room for error.
     */
    get serverClockOffset() {
        return this.#clock?.offset ?? null;
    }
    /** GETs JSON of at most 32 MiB. Integers that a number cannot hold come back as strings. */
    async getJson(url, signal) {
        const answer = await this.#exchange('GET', url, null, signal);
        if ((0,types/* isFailure */.N6)(answer) || answer.body !== undefined)
            return answer;
        return (0,types/* transient */["do"])(`GET ${(0,errors/* addressOf */.ci)(url)} was answered with HTTP ${answer.status} and no JSON; check base-url and api-version`, { status: answer.status });
    }
    /** Sends JSON. An unreadable 2xx still succeeded: the server did what was asked. */
    sendJson(method, url, body, signal) {
        return this.#exchange(method, url, JSON.stringify(body), signal);
    }
    /** Ends every connection at once. */
    async close() {
        await this.#options.dispatcher.destroy();
    }
    async #exchange(method, url, content, signal) {
        const { token, dispatcher, requestTimeout, viaProxy, now } = this.#options;
        const attempt = `${method} ${(0,errors/* addressOf */.ci)(url)}`;
        const timeout = AbortSignal.timeout(requestTimeout);
        const sentAt = now();
        try {
            const answer = await dispatcher.request({
                origin: url.origin,
                path: url.pathname + url.search,
                method,
                signal: AbortSignal.any([signal, timeout]),
                headers: {
                    authorization: `Bearer ${token}`,
                    'content-type': 'application/json',
                    accept: 'application/json',
                    'accept-encoding': 'identity',
                    'user-agent': 'wait-for-image-prewarm',
                },
                body: content,
                // A second answer to the same creation must not pass for the answer to the next request.
                reset: content !== null,
            });
            const { statusCode: status, headers } = answer;
            const isGood = status >= 200 && status < 300;
            if (isGood)
                this.#tellTime(headers, sentAt);
            const text = await (0,json/* readText */.y)(answer.body).catch((error) => {
                if (isGood && method === 'GET')
                    throw error;
                return ''; // the status tells enough
            });
            this.#debug(method, url, `HTTP ${status} in ${Math.round(now() - sentAt)} ms`);
            if (!isGood) {
                const retryAfter = this.#retryAfter(status, headers);
                return (0,errors/* badAnswer */.k6)({ method, url, status, headers, text: text ?? '', retryAfter, redact: this.redact });
            }
            if (text === null && method === 'GET') {
                return (0,types/* fatal */.h2)(`${attempt} gave over 32 MiB; narrow the wait with image, note or cluster-ids`, {
                    status,
                });
            }
            return { status, body: text === null ? undefined : (0,json/* parseJson */.q)(text), sentAt };
        }
        catch (error) {
            if (signal.aborted)
                return (0,types/* transient */["do"])(`${attempt} was still unanswered when the wait ended`);
            if (timeout.aborted) {
                const network = viaProxy ? 'HTTPS_PROXY, the network' : 'the network';
                return (0,types/* transient */["do"])(`${attempt} gave no complete answer within ${requestTimeout / 1000} s; check ${network} or raise request-timeout`);
            }
            this.#debug(method, url, String(error));
            const failure = (0,errors/* networkFailure */.rd)(attempt, error, { addressSetting: 'base-url', viaProxy });
            return { ...failure, problem: this.redact(failure.problem) };
        }
    }
    #debug(method, url, what) {
        this.#options.debug(this.redact(`${method} ${(0,errors/* addressOf */.ci)(url)}${url.search}: ${what}`));
    }
    /** Learns the server's time, as soon as the headers are there: the body may take long. */
    #tellTime(headers, sentAt) {
        const serverTime = serverTimeOf(headers);
        const receivedAt = this.#options.now();
        const roundTrip = receivedAt - sentAt;
        if (serverTime === null || (this.#clock !== null && this.#clock.roundTrip <= roundTrip))
            return;
        this.#clock = { offset: serverTime + DATE_HEADER_MIDDLE - (sentAt + receivedAt) / 2, roundTrip };
    }
    /** How long the server asked to wait, in milliseconds; `null` when it did not say. */
    #retryAfter(status, headers) {
        const serverTime = serverTimeOf(headers) ?? this.#options.now() + (this.serverClockOffset ?? 0);
        const wait = (0,api_headers/* parseRetryAfter */.mu)((0,api_headers/* headerOf */.rR)(headers, 'retry-after'), serverTime);
        // Some servers count requests in every answer; only one that turns a request away means it.
        if (wait !== null || (status !== 429 && status !== 503))
            return wait;
        return (0,api_headers/* parseRateLimitReset */.yq)((0,api_headers/* headerOf */.rR)(headers, 'x-ratelimit-reset'), serverTime);
    }
}
/** Unix milliseconds; `null` without a `Date` that can be read, and for an answer from a cache, whose `Date` is old. */
function serverTimeOf(headers) {
    if (Number((0,api_headers/* headerOf */.rR)(headers, 'age')) > 0)
        return null;
    return (0,api_headers/* parseHttpDate */.m6)((0,api_headers/* headerOf */.rR)(headers, 'date'));
}

// EXTERNAL MODULE: ./node_modules/valibot/dist/index.mjs
var dist = __webpack_require__(7934);
// EXTERNAL MODULE: ./build/tasks/task.js
var tasks_task = __webpack_require__(6717);
// EXTERNAL MODULE: ./build/text.js
var build_text = __webpack_require__(6184);
;// CONCATENATED MODULE: ./build/api/decode.js



const LATEST_SECOND = 8_640_000_000_000; // the end of ECMAScript's calendar
const LONGEST_ERROR = 300;
// Lenient fields are read by plain functions: a long listing has a hundred thousand of them, and a schema that has to
// fail before it falls back leaves much behind for the garbage collector.
function textFrom(value) {
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
function wholeNumberFrom(value) {
    const text = textFrom(value);
    const number = Number(text);
    return /^\d+$/.test(text) && Number.isSafeInteger(number) ? number : null;
}
/** Absent, null, "" and "0" all mean that it is not known yet. */
function positiveNumberFrom(value) {
    return wholeNumberFrom(value) || null;
}
function unixSecondsFrom(value) {
    const seconds = positiveNumberFrom(value);
    return seconds !== null && seconds <= LATEST_SECOND ? seconds : null;
}
// Numbers may come as strings and the other way round.
const requiredText = dist/* pipe */.FsL(dist/* unknown */.L5J(), dist/* transform */.pdi(textFrom), dist/* nonEmpty */.hq());
const optionalText = dist/* optional */.lqM(dist/* pipe */.FsL(dist/* unknown */.L5J(), dist/* transform */.pdi(textFrom)), '');
const wholeNumber = dist/* pipe */.FsL(dist/* unknown */.L5J(), dist/* transform */.pdi(wholeNumberFrom), dist/* number */.aig());
const optionalNumber = dist/* optional */.lqM(dist/* pipe */.FsL(dist/* unknown */.L5J(), dist/* transform */.pdi(positiveNumberFrom)), null);
const optionalTime = dist/* optional */.lqM(dist/* pipe */.FsL(dist/* unknown */.L5J(), dist/* transform */.pdi(unixSecondsFrom)), null);
const taskItems = dist/* nullable */.mee(dist/* array */.YOg(dist/* unknown */.L5J()));
// Documented as strings in the example and as an object in the schema.
const reasonText = dist/* pipe */.FsL(dist/* unknown */.L5J(), dist/* transform */.pdi((reason) => {
    if (typeof reason === 'string')
        return reason;
    try {
        return JSON.stringify(reason);
    }
    catch {
        return 'a reason that is nested too deeply to show';
    }
}));
const reasons = dist/* pipe */.FsL(dist/* unknown */.L5J(), dist/* transform */.pdi((reason) => (Array.isArray(reason) ? reason : [reason])), dist/* transform */.pdi((list) => list.filter((reason) => reason !== undefined && reason !== null && reason !== '')), dist/* array */.YOg(reasonText));
/** Decodes a page. A 200 whose body is an error must not pass for an empty page. */
function decodeTasks(schema, body, decodeTask) {
    const decoded = dist/* safeParse */.xLC(schema, body);
    if (!decoded.success)
        return { unreadable: `the answer ${unreadable(decoded.issues[0]).unreadable}` };
    const page = decoded.output;
    const error = page.data === null ? reportedError(body) : null;
    if (error !== null)
        return { unreadable: `the answer is an error, ${error}` };
    const tasks = [];
    for (const [index, item] of (page.data ?? []).entries()) {
        const task = decodeTask(item);
        if ('unreadable' in task)
            return { unreadable: `task ${index + 1} of the page ${task.unreadable}` };
        tasks.push(task);
    }
    return { tasks, page };
}
/** The failure of a poll whose answer cannot be read. */
function unreadableListing({ unreadable: what }, redact) {
    return (0,types/* transient */["do"])(`The listing cannot be read: ${redact(what)}; check base-url`, { status: 200 });
}
/** What is missing where a schema did not fit. */
function unreadable(issue) {
    const path = dist/* getDotPath */.BuJ(issue) ?? '';
    return { unreadable: `has no readable ${path === '' ? 'content' : path}` };
}
const ReportedError = dist/* object */.Ikc({ code: optionalText, reason: optionalText, message: optionalText });
const SUCCESS_CODES = new Set(['', '0', '200']);
/** The error that an answer with a good status reports all the same, in the documented form; `null` when it has none. */
function reportedError(body) {
    const parsed = dist/* safeParse */.xLC(ReportedError, body);
    if (!parsed.success)
        return null;
    const { code, reason, message } = parsed.output;
    if (reason === '' && SUCCESS_CODES.has(code))
        return null;
    return (0,build_text/* shorten */.ml)([code, reason, message].filter((text) => text !== '').join(' '), LONGEST_ERROR);
}
const TaskId = dist/* fallback */.NpB(dist/* object */.Ikc({ id: optionalText, task_id: optionalText }), { id: '', task_id: '' });
const Created = dist/* object */.Ikc({ id: optionalText, task_id: optionalText, data: dist/* optional */.lqM(TaskId, {}) });
/**
 * The id in the answer to a creation: `id` or `task_id`, on top or inside `data`.
 * @returns a transient failure for a success without an id, since the task probably exists.
 */
function createdTask(answer, redact) {
    if ((0,types/* isFailure */.N6)(answer))
        return answer;
    const created = dist/* safeParse */.xLC(Created, answer.body);
    if (created.success) {
        const { id, task_id, data } = created.output;
        const taskId = [id, task_id, data.id, data.task_id].find((text) => text.trim() !== '');
        if (taskId !== undefined)
            return { taskId };
    }
    const error = reportedError(answer.body);
    return (0,types/* transient */["do"])(error === null
        ? 'The answer to a creation names no task id, though the task probably exists; check base-url'
        : `The answer to a creation is an error, ${redact(error)}; check image, cluster-ids and product-ids`, { status: answer.status });
}
/** `null` when the answer to a deletion says that it was done. */
function deletionFailure(answer, redact) {
    if ((0,types/* isFailure */.N6)(answer))
        return answer;
    const error = reportedError(answer.body);
    if (error === null)
        return null;
    return (0,types/* transient */["do"])(`The answer to a deletion is an error, ${redact(error)}; delete the tasks in the console`, {
        status: answer.status,
    });
}

// EXTERNAL MODULE: ./build/tasks/creation-time.js
var creation_time = __webpack_require__(3355);
;// CONCATENATED MODULE: ./build/api/pagination.js


const DOCUMENTED_PAGE_SIZE = 10;
const PREFERRED_PAGE_SIZE = 100; // the largest that a server takes is not documented
const MOST_PAGES = 1_000;
const MOST_PASSES = 10;
const MOST_PASSES_WITHOUT_NEWS = 3;
// A page behind the last one may be refused, or be no page at all.
const ANSWERS_BEHIND_END = new Set([200, 400, 404]);
/** Reads listings page by page. Remembers the page size that the server accepts. */
class ListingReader {
    #size = PREFERRED_PAGE_SIZE;
    #isPreferredSizeAccepted = false;
    /**
     * Reads a listing to its end. It may change meanwhile: while tasks are missing, it is read again from the first page.
     * @param serverClockOffset tells how many milliseconds to add to this machine's clock for the server's.
     * @returns the listing, or the failure of the first page that failed.
     */
    async read(readPage, serverClockOffset) {
        const readSizedPage = this.#withSize(readPage);
        const reading = new Reading();
        let passesWithoutNews = 0;
        for (let pass = 1; pass <= MOST_PASSES && !reading.hasAll; pass += 1) {
            const known = reading.tasks.size;
            const failure = await readPass(readSizedPage, reading);
            if (failure !== null)
                return failure;
            passesWithoutNews = reading.tasks.size === known ? passesWithoutNews + 1 : 0;
            if (passesWithoutNews === (reading.hasRepeats ? MOST_PASSES_WITHOUT_NEWS : 1))
                break;
        }
        return reading.listing(serverClockOffset());
    }
    /** Asks for a first page that is answered with 400 once more, with the documented size. */
    #withSize(readPage) {
        let size = this.#size;
        return async (position) => {
            let page = await readPage({ ...position, size });
            if ((0,types/* isFailure */.N6)(page) && page.status === 400 && position.number === 1 && size > DOCUMENTED_PAGE_SIZE) {
                size = DOCUMENTED_PAGE_SIZE;
                page = await readPage({ ...position, size });
            }
            if ((0,types/* isFailure */.N6)(page))
                return page;
            this.#isPreferredSizeAccepted ||= size === PREFERRED_PAGE_SIZE;
            // After a page of the preferred size, a 400 has another cause, so it is tried again at the next poll.
            if (!this.#isPreferredSizeAccepted)
                this.#size = size;
            return page;
        };
    }
}
/** Reads from the first page to the last, or until nothing is missing any more. */
async function readPass(readPage, reading) {
    const isRereading = reading.hasBegun;
    const pass = new Pass();
    const cursors = new Set();
    let cursor = null;
    for (let number = 1; number <= MOST_PAGES + 1; number += 1) {
        const page = await readPage({ number, cursor });
        if ((0,types/* isFailure */.N6)(page)) {
            const isBehindEnd = reading.hasAll && ANSWERS_BEHIND_END.has(page.status);
            return isBehindEnd ? null : page;
        }
        if (number > MOST_PAGES && page.tasks.length > 0)
            break;
        const hasNewTasks = reading.add(page);
        const mayGoOn = pass.mayGoOn(page, reading.expected, hasNewTasks);
        if (!mayGoOn || (isRereading && reading.hasAll)) {
            reading.endPass(pass.received);
            return null;
        }
        cursor = page.nextCursor ?? null;
        if (cursor === null)
            continue;
        if (cursors.has(cursor)) {
            return (0,types/* transient */["do"])('The pages of the listing do not add up: a cursor came twice; check base-url');
        }
        cursors.add(cursor);
    }
    return (0,types/* fatal */.h2)(`The listing has more than ${MOST_PAGES} pages; narrow the wait with image, note or cluster-ids`);
}
/** One way through the pages. */
class Pass {
    /** How many tasks came, repeats included. */
    received = 0;
    #pages = 0;
    #isTotalDoubtful = false;
    #wasEmpty = false;
    /**
     * Whether a page may follow this one.
     * @param expected how many tasks there are; `null` while unknown.
     * @param hasNewTasks whether the page showed tasks that were not known before.
     */
    mayGoOn({ tasks: { length }, total, nextCursor }, expected, hasNewTasks) {
        this.received += length;
        this.#pages += 1;
        if (nextCursor !== undefined)
            return nextCursor !== null;
        // Some servers tell the size of the page as the total. Usual sizes of full pages are multiples of the documented one.
        if (this.#pages === 1)
            this.#isTotalDoubtful = total === length && length % DOCUMENTED_PAGE_SIZE === 0;
        const wasEmpty = this.#wasEmpty;
        this.#wasEmpty = length === 0;
        if (expected !== null && this.received < expected)
            return !(wasEmpty && length === 0);
        const isEndCertain = this.received === expected && !this.#isTotalDoubtful;
        return hasNewTasks && !isEndCertain;
    }
}
/** What all pages of one listing told. */
class Reading {
    /** Each task once, as the newest page shows it. */
    tasks = new Map();
    /** How many tasks there are: the newest total, without one what the last pass brought; `null` before. */
    expected = null;
    /** Whether the last pass brought as many as there are, so that repeats took the place of those that are missing. */
    hasRepeats = false;
    #totals = new Set();
    #begunAt = null;
    /** How many tasks the first page held when it held them all. */
    #countInOneAnswer = null;
    get hasBegun() {
        return this.#begunAt !== null;
    }
    get hasAll() {
        return this.expected !== null && this.tasks.size >= this.expected;
    }
    /** @returns whether the page shows a task that was not known before. */
    add(page) {
        const { tasks, total, nextCursor, sentAt } = page;
        if (this.#begunAt === null) {
            const isWhole = total === null ? nextCursor === null || tasks.length === 0 : total === tasks.length;
            if (isWhole)
                this.#countInOneAnswer = tasks.length;
            this.#begunAt = sentAt;
        }
        const known = this.tasks.size;
        for (const task of tasks)
            this.tasks.set(task.id, task);
        this.#totals.add(total);
        this.expected = total ?? this.expected;
        return this.tasks.size > known;
    }
    /** @param received how many tasks the pass brought, repeats included. */
    endPass(received) {
        if (this.#totals.has(null))
            this.expected = received;
        this.hasRepeats = this.expected !== null && received >= this.expected;
    }
    listing(serverClockOffset) {
        const tasks = [...this.tasks.values()];
        return { tasks, mayBeIncomplete: this.#mayBeIncomplete(tasks, serverClockOffset), serverClockOffset };
    }
    /** A listing that came in one answer is complete. One in several answers may have changed between them. */
    #mayBeIncomplete(tasks, serverClockOffset) {
        if (tasks.length === this.#countInOneAnswer)
            return false;
        const addsUp = this.#totals.size === 1 && this.#totals.has(tasks.length);
        if (!addsUp || this.#begunAt === null || serverClockOffset === null)
            return true;
        // Where a task was deleted and the total stayed, another one was created.
        const begunAt = (this.#begunAt + serverClockOffset) / 1000;
        return tasks.some((task) => task.createTime === null || (0,creation_time/* isCreatedSince */.Z)(task, begunAt));
    }
}

;// CONCATENATED MODULE: ./build/api/v1.js





const TASKS_PATH = '/gpu-instance/openapi/v1/image/prewarm';
/** Version 1 of the API: pages have numbers, and a task cannot be asked for by its id. */
class ApiV1 {
    #http;
    #url;
    #reader = new ListingReader();
    constructor(http, baseUrl) {
        this.#http = http;
        this.#url = baseUrl + TASKS_PATH;
    }
    list(query, signal) {
        return this.#reader.read((request) => this.#readPage(query, request, signal), () => this.#http.serverClockOffset);
    }
    async create(order, signal) {
        const { imageUrl, clusterId, productIds, note, registryAuthId } = order;
        const body = {
            imageUrl,
            clusterId,
            ...(productIds.length === 0 ? {} : { productIds }),
            ...(note === null ? {} : { note }),
            ...(registryAuthId === null ? {} : { repositoryAuth: registryAuthId }),
        };
        const answer = await this.#http.sendJson('POST', new URL(this.#url), body, signal);
        return createdTask(answer, this.#http.redact);
    }
    async delete(ids, signal) {
        const answer = await this.#http.sendJson('POST', new URL(`${this.#url}/delete`), { ids }, signal);
        return deletionFailure(answer, this.#http.redact);
    }
    async quota(signal) {
        const answer = await this.#http.getJson(new URL(`${this.#url}/quota`), signal);
        return (0,types/* isFailure */.N6)(answer) ? null : decodeQuota(answer.body);
    }
    close() {
        return this.#http.close();
    }
    async #readPage(query, { number, size }, signal) {
        const url = new URL(this.#url);
        url.searchParams.set('page', String(number));
        url.searchParams.set('pageSize', String(size));
        if (query.name !== null)
            url.searchParams.set('name', query.name);
        if (query.clusterId !== null)
            url.searchParams.set('clusterId', query.clusterId);
        const answer = await this.#http.getJson(url, signal);
        if ((0,types/* isFailure */.N6)(answer))
            return answer;
        const page = decodePage(answer.body);
        if ('unreadable' in page)
            return unreadableListing(page, this.#http.redact);
        return { ...page, sentAt: answer.sentAt };
    }
}
const Product = dist/* object */.Ikc({
    productId: requiredText,
    productName: optionalText,
});
// An id to follow and products that tell what is covered must be readable; all else may be missing.
const Task = dist/* object */.Ikc({
    id: requiredText,
    imageName: optionalText,
    imageUrl: optionalText,
    clusterId: optionalText,
    clusterName: optionalText,
    products: dist/* nullish */.cl6(dist/* array */.YOg(Product), []),
    imageSize: optionalNumber,
    createTime: optionalTime,
    state: optionalText,
    completeTime: optionalTime,
    note: optionalText,
    reason: dist/* optional */.lqM(reasons, null),
    repositoryAuth: optionalText,
});
const PageBody = dist/* object */.Ikc({ data: taskItems, total: dist/* nullish */.cl6(wholeNumber, null) });
/**
 * Decodes a page of the listing: `{"data": [task, \u2026], "total": n}`. Numbers may be strings and the other way round.
 * @returns the page, or what cannot be read in it.
 */
function decodePage(body) {
    const decoded = decodeTasks(PageBody, body, decodeTask);
    if ('unreadable' in decoded)
        return decoded;
    return { tasks: decoded.tasks, total: decoded.page.total };
}
function decodeTask(item) {
    const decoded = dist/* safeParse */.xLC(Task, item);
    if (!decoded.success)
        return unreadable(decoded.issues[0]);
    const { state: reportedState, reason, repositoryAuth, completeTime, ...task } = decoded.output;
    const state = (0,tasks_task/* stateFrom */.mh)(reportedState);
    return {
        ...task,
        state,
        reportedState,
        completeTime: (0,tasks_task/* phaseOf */.hU)(state) === 'unfinished' ? null : completeTime,
        reasons: reason,
        registryAuthId: repositoryAuth,
    };
}
const QuotaBody = dist/* object */.Ikc({ total: wholeNumber, limit: wholeNumber, perImageSize: optionalNumber });
/** Decodes `{"total": used, "limit": allowed, "perImageSize": gigabytes}`; `null` for anything else. */
function decodeQuota(body) {
    const quota = dist/* safeParse */.xLC(QuotaBody, body);
    if (!quota.success)
        return null;
    const { total, limit, perImageSize } = quota.output;
    return { used: total, limit, gigabytesPerImage: perImageSize };
}

;// CONCATENATED MODULE: ./build/api/v2.js






const v2_TASKS_PATH = '/gpus/v2/prewarm-tasks';
const REQUESTS_AT_ONCE = 4;
/** Version 2 of the API: a listing by cursor, and tasks by their ids. A cluster is a region here. */
class ApiV2 {
    #http;
    #url;
    #v1;
    #reader = new ListingReader();
    /** Each task that was looked up since the last listing by ids; `null` when the API does not know it. */
    #lookedUp = new Map();
    /** Whether a request was answered well, so that a missing task says nothing about the address. */
    #isAddressKnown = false;
    constructor(http, baseUrl) {
        this.#http = http;
        this.#url = baseUrl + v2_TASKS_PATH;
        this.#v1 = new ApiV1(http, baseUrl);
    }
    async list(query, signal) {
        if (query.taskIds.length > 0)
            return this.#lookUpAll(query.taskIds, signal);
        return this.#reader.read((request) => this.#readPage(query, request, signal), () => this.#http.serverClockOffset);
    }
    async create(order, signal) {
        const { imageUrl, clusterId, productIds, note, registryAuthId } = order;
        const body = {
            image: imageUrl,
            region_id: clusterId,
            ...(productIds.length === 0 ? {} : { product_ids: productIds }),
            ...(note === null ? {} : { note }),
            ...(registryAuthId === null ? {} : { registry_auth_id: registryAuthId }),
        };
        const answer = await this.#http.sendJson('POST', new URL(this.#url), body, signal);
        return createdTask(answer, this.#http.redact);
    }
    async delete(taskIds, signal) {
        const answer = await this.#http.sendJson('DELETE', new URL(this.#url), { task_ids: taskIds }, signal);
        return deletionFailure(answer, this.#http.redact);
    }
    /** Asks version 1: version 2 has no quota. */
    quota(signal) {
        return this.#v1.quota(signal);
    }
    close() {
        return this.#http.close();
    }
    async #readPage(query, { cursor, size }, signal) {
        const url = new URL(this.#url);
        url.searchParams.set('limit', String(size));
        if (cursor !== null)
            url.searchParams.set('cursor', cursor);
        if (query.name !== null)
            url.searchParams.set('name', query.name);
        if (query.clusterId !== null)
            url.searchParams.set('region_id', query.clusterId);
        const answer = await this.#http.getJson(url, signal);
        if ((0,types/* isFailure */.N6)(answer))
            return answer;
        const page = v2_decodePage(answer.body);
        if ('unreadable' in page)
            return unreadableListing(page, this.#http.redact);
        return { ...page, sentAt: answer.sentAt };
    }
    /**
     * Each task by its id. Where some of the look-ups fail, the poll fails, and the next one asks for those alone.
     * Where none is found at first, the listing tells whether it is the tasks or the address.
     */
    async #lookUpAll(taskIds, signal) {
        const pending = taskIds.filter((id) => !this.#lookedUp.has(id));
        const failures = [];
        for (let next = 0; next < pending.length; next += REQUESTS_AT_ONCE) {
            const ids = pending.slice(next, next + REQUESTS_AT_ONCE);
            const failed = (await Promise.all(ids.map((id) => this.#lookUp(id, signal)))).filter(isNotNull);
            failures.push(...failed);
            // Where nothing at all is answered, more requests only add to the load.
            if (failed.length === ids.length)
                break;
        }
        const failure = failures[0] ?? null;
        if (!this.#isAddressKnown && (failure === null || failure.status === 404)) {
            const nothing = { name: null, clusterId: null, taskIds: [] };
            const probe = await this.#readPage(nothing, { number: 1, cursor: null, size: 1 }, signal);
            if ((0,types/* isFailure */.N6)(probe))
                return probe;
            this.#isAddressKnown = true;
        }
        if (failure !== null)
            return failure;
        const tasks = taskIds.map((id) => this.#lookedUp.get(id) ?? null).filter(isNotNull);
        this.#lookedUp.clear();
        return { tasks, mayBeIncomplete: false, serverClockOffset: this.#http.serverClockOffset };
    }
    /** Notes the task, or that there is none; returns why the look-up failed, or `null`. */
    async #lookUp(taskId, signal) {
        const answer = await this.#http.getJson(new URL(`${this.#url}/${encodeURIComponent(taskId)}`), signal);
        if ((0,types/* isFailure */.N6)(answer)) {
            const { status, reason } = answer;
            if (status === 404 && reason === '')
                return { ...answer, kind: 'transient' };
            const isAbsent = status === 404 || (status === 400 && reason === 'RESOURCE_NOT_FOUND');
            if (!isAbsent)
                return answer;
            this.#lookedUp.set(taskId, null);
            return null;
        }
        const task = v2_decodeTask(answer.body);
        if ('unreadable' in task)
            return unreadableListing(task, this.#http.redact);
        if (task.id !== taskId) {
            return unreadableListing({ unreadable: 'an answer is about another task' }, this.#http.redact);
        }
        this.#isAddressKnown = true;
        this.#lookedUp.set(taskId, task);
        return null;
    }
}
function isNotNull(value) {
    return value !== null;
}
// Documented as an object; a bare word says the same.
const Status = dist/* pipe */.FsL(dist/* unknown */.L5J(), dist/* transform */.pdi((status) => (typeof status === 'object' && status !== null ? status : { status })), dist/* object */.Ikc({ status: optionalText, error: optionalText, message: optionalText }));
// An id to follow (below) and products that tell what is covered must be readable; all else may be missing.
const v2_Task = dist/* object */.Ikc({
    task_id: optionalText,
    id: optionalText,
    name: optionalText,
    image: optionalText,
    region_id: optionalText,
    product_ids: dist/* nullish */.cl6(dist/* array */.YOg(requiredText), []),
    image_size: optionalNumber,
    created_at: optionalTime,
    completed_at: optionalTime,
    status: dist/* optional */.lqM(Status, null),
    registry_auth_id: optionalText,
    note: optionalText,
    reason: dist/* optional */.lqM(reasons, null),
});
const truth = dist/* pipe */.FsL(dist/* unknown */.L5J(), dist/* transform */.pdi((value) => (value === 'true' ? true : value === 'false' ? false : value)), dist/* boolean */.zMY());
const v2_PageBody = dist/* object */.Ikc({
    data: taskItems,
    next_cursor: dist/* nullish */.cl6(optionalText, ''),
    has_more: dist/* nullish */.cl6(truth),
});
/**
 * Decodes a page of the listing: `{"data": [task, \u2026], "next_cursor": "\u2026", "has_more": true}`.
 * @returns the page, or what cannot be read in it.
 */
function v2_decodePage(body) {
    const decoded = decodeTasks(v2_PageBody, body, decodeItem);
    if ('unreadable' in decoded)
        return decoded;
    const { next_cursor: cursor, has_more } = decoded.page;
    const hasMore = has_more ?? cursor !== '';
    if (hasMore && cursor === '')
        return { unreadable: 'the answer has_more, but has no next_cursor' };
    return { tasks: decoded.tasks, total: null, nextCursor: hasMore ? cursor : null };
}
/** Decodes a task that was asked for by its id: as it is, or inside `data`. */
function v2_decodeTask(body) {
    const wrapped = dist/* safeParse */.xLC(dist/* object */.Ikc({ data: dist/* looseObject */._H3({}) }), body);
    const task = decodeItem(wrapped.success ? wrapped.output.data : body);
    return 'unreadable' in task ? { unreadable: `the answer ${task.unreadable}` } : task;
}
function decodeItem(item) {
    const decoded = dist/* safeParse */.xLC(v2_Task, item);
    if (!decoded.success)
        return unreadable(decoded.issues[0]);
    const wire = decoded.output;
    const id = wire.task_id || wire.id;
    if (id === '')
        return { unreadable: 'has no readable task_id' };
    const state = (0,tasks_task/* stateFrom */.mh)(wire.status.status);
    const said = [...wire.reason, wire.status.error, wire.status.message].filter((text) => text !== '');
    return {
        id,
        imageName: wire.name.replace(/[:@].*$/s, ''),
        imageUrl: wire.image,
        clusterId: wire.region_id,
        clusterName: '',
        products: wire.product_ids.map((productId) => ({ productId, productName: '' })),
        imageSize: wire.image_size,
        state,
        reportedState: wire.status.status,
        createTime: wire.created_at,
        completeTime: (0,tasks_task/* phaseOf */.hU)(state) === 'unfinished' ? null : wire.completed_at,
        note: wire.note,
        reasons: [...new Set(said)],
        registryAuthId: wire.registry_auth_id,
    };
}

;// CONCATENATED MODULE: ./build/api/open.js




/**
 * Opens the prewarm API that the inputs name. undici takes longer to load than all the rest of the action, so this file is
 * loaded only once the inputs are known to be good.
 * @returns what is wrong with the proxy's address instead.
 */
function openApi({ apiKey, apiVersion, baseUrl, requestTimeout, secrets, }, { env, now, debug, }) {
    const route = (0,api_dispatcher/* openDispatcher */.y)({ baseUrl, env, requestTimeout });
    if ('problem' in route)
        return route;
    const { dispatcher, viaProxy } = route;
    const http = new Http({
        token: apiKey,
        secrets: [...secrets, ...route.secrets],
        requestTimeout,
        dispatcher,
        viaProxy,
        now,
        debug,
    });
    return apiVersion === 'v1' ? new ApiV1(http, baseUrl) : new ApiV2(http, baseUrl);
}


/***/ })

};
;