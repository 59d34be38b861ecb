"use strict";
exports.id = 376;
exports.ids = [376];
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

/***/ 9376:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   context: () => (/* reexport safe */ _actions_github__WEBPACK_IMPORTED_MODULE_0__._),
/* harmony export */   createStatus: () => (/* binding */ createStatus)
/* harmony export */ });
/* harmony import */ var _actions_github__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1758);
/* harmony import */ var _octokit_plugin_retry__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(9735);
/* harmony import */ var undici__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6752);
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(7934);
/* harmony import */ var _api_dispatcher_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4094);
/* harmony import */ var _api_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(477);
/* harmony import */ var _redact_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(618);
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6184);








// GitHub's toolkit is large: this file is loaded only where a status is asked for.

const ATTEMPT_TIMEOUT = 10_000;
const RETRIES = 5;
const SUM_OF_DELAYS = 55; // the toolkit's delays grow by squares: 1 + 4 + 9 + 16 + 25
const LONGEST_DETAIL = 300;
const SILENT = { debug: () => { }, info: () => { }, warn: () => { }, error: () => { } };
/**
 * Creates a commit status with GitHub's toolkit: https://docs.github.com/en/rest/commits/statuses
 * @returns why that failed and what to do about it, or `null`.
 */
async function createStatus(status, options) {
    const { run, token, env, retryFor, signal, now, debug } = options;
    const { apiUrl, repo } = run;
    if (!/^https?:\/\//i.test(apiUrl) || !URL.canParse(apiUrl))
        return 'GITHUB_API_URL is not an http address';
    const route = (0,_api_dispatcher_js__WEBPACK_IMPORTED_MODULE_2__/* .openDispatcher */ .y)({ baseUrl: apiUrl, env, requestTimeout: ATTEMPT_TIMEOUT });
    if ('problem' in route)
        return route.problem;
    const { dispatcher, viaProxy, secrets } = route;
    const redact = (0,_redact_js__WEBPACK_IMPORTED_MODULE_4__/* .redactor */ .$)(token, ...secrets);
    const attempt = `POST ${apiUrl}/repos/${repo.owner}/${repo.repo}/statuses/${status.sha}`;
    let problem = `${attempt} was still unanswered when the time for it had passed`;
    // The toolkit's pauses cannot be aborted, so the end of all attempts is awaited beside them.
    const end = Promise.withResolvers();
    const send = async (url, init) => {
        const sentAt = now();
        try {
            const limit = AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_TIMEOUT)]);
            const answer = await (0,undici__WEBPACK_IMPORTED_MODULE_1__.fetch)(url, { ...init, dispatcher, signal: limit });
            debug(redact(`${attempt}: HTTP ${answer.status} in ${Math.round(now() - sentAt)} ms`));
            problem = problemOf(attempt, answer.status, null, redact);
            return answer;
        }
        catch (error) {
            debug(redact(`${attempt}: ${(0,_text_js__WEBPACK_IMPORTED_MODULE_5__/* .messageOf */ .bD)(error)}`));
            const failure = (0,_api_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .networkFailure */ .rd)(attempt, error, { addressSetting: 'GITHUB_API_URL', viaProxy });
            if (!signal.aborted)
                problem = redact(failure.problem);
            if (failure.kind === 'refused')
                end.resolve();
            throw error;
        }
    };
    const octokit = (0,_actions_github__WEBPACK_IMPORTED_MODULE_0__/* .getOctokit */ .Q)(token, {
        baseUrl: apiUrl,
        log: SILENT,
        request: { fetch: send, log: SILENT, redirect: 'manual', parseSuccessResponseBody: false },
        retry: { retries: retryFor === 0 ? 0 : RETRIES, retryAfterBaseValue: retryFor / SUM_OF_DELAYS },
    }, _octokit_plugin_retry__WEBPACK_IMPORTED_MODULE_6__/* .retry */ .L);
    const create = async () => {
        try {
            const target_url = `${run.serverUrl}/${repo.owner}/${repo.repo}/actions/runs/${run.runId}`;
            const answer = await octokit.rest.repos.createCommitStatus({ ...status, ...repo, target_url });
            return Number(answer.status) < 300 ? null : problem;
        }
        catch (error) {
            const refusal = valibot__WEBPACK_IMPORTED_MODULE_7__/* .safeParse */ .xLC(Refusal, error);
            if (!refusal.success)
                return problem;
            return problemOf(attempt, refusal.output.status, refusal.output.response.data, redact);
        }
    };
    signal.addEventListener('abort', () => end.resolve());
    if (signal.aborted)
        end.resolve();
    try {
        return await Promise.race([create(), end.promise.then(() => problem)]);
    }
    finally {
        await dispatcher.destroy();
    }
}
const text = valibot__WEBPACK_IMPORTED_MODULE_7__/* .fallback */ .NpB(valibot__WEBPACK_IMPORTED_MODULE_7__/* .string */ .YjP(), '');
const Detail = valibot__WEBPACK_IMPORTED_MODULE_7__/* .fallback */ .NpB(valibot__WEBPACK_IMPORTED_MODULE_7__/* .union */ .KCZ([
    valibot__WEBPACK_IMPORTED_MODULE_7__/* .string */ .YjP(),
    valibot__WEBPACK_IMPORTED_MODULE_7__/* .pipe */ .FsL(valibot__WEBPACK_IMPORTED_MODULE_7__/* .object */ .Ikc({ field: valibot__WEBPACK_IMPORTED_MODULE_7__/* .optional */ .lqM(text, ''), code: valibot__WEBPACK_IMPORTED_MODULE_7__/* .optional */ .lqM(text, ''), message: valibot__WEBPACK_IMPORTED_MODULE_7__/* .optional */ .lqM(text, '') }), valibot__WEBPACK_IMPORTED_MODULE_7__/* .transform */ .pdi(({ field, code, message }) => [field, message || code].filter(Boolean).join(': '))),
]), '');
// https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed
const Body = valibot__WEBPACK_IMPORTED_MODULE_7__/* .fallback */ .NpB(valibot__WEBPACK_IMPORTED_MODULE_7__/* .object */ .Ikc({ message: valibot__WEBPACK_IMPORTED_MODULE_7__/* .optional */ .lqM(text, ''), errors: valibot__WEBPACK_IMPORTED_MODULE_7__/* .optional */ .lqM(valibot__WEBPACK_IMPORTED_MODULE_7__/* .fallback */ .NpB(valibot__WEBPACK_IMPORTED_MODULE_7__/* .array */ .YOg(Detail), []), []) }), { message: '', errors: [] });
const Refusal = valibot__WEBPACK_IMPORTED_MODULE_7__/* .object */ .Ikc({ status: valibot__WEBPACK_IMPORTED_MODULE_7__/* .number */ .aig(), response: valibot__WEBPACK_IMPORTED_MODULE_7__/* .object */ .Ikc({ data: valibot__WEBPACK_IMPORTED_MODULE_7__/* .unknown */ .L5J() }) });
function problemOf(attempt, status, data, redact) {
    const { message, errors } = valibot__WEBPACK_IMPORTED_MODULE_7__/* .parse */ .qgA(Body, data);
    const details = errors.filter((detail) => detail !== '').join(', ');
    const parts = [message, details]
        .filter((part) => part !== '')
        .map((part) => `: ${(0,_text_js__WEBPACK_IMPORTED_MODULE_5__/* .shorten */ .ml)(redact(part), LONGEST_DETAIL)}`);
    return `${attempt} was answered with HTTP ${status}${parts.join('')}; ${adviceOn(status)}`;
}
function adviceOn(status) {
    if (status === 403 || status === 404)
        return 'the job needs the permission "statuses: write"';
    if (status === 401)
        return 'github-token is not valid, or has expired';
    if (status === 422)
        return 'check commit-sha and commit-status';
    if (status === 429 || status >= 500)
        return 'GitHub is failing, or the network to it';
    return 'check GITHUB_API_URL';
}


/***/ })

};
;