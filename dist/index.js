/******/ (() => { // webpackBootstrap
/******/ 	"use strict";
/******/ 	var __webpack_modules__ = ({

/***/ 8105:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   N6: () => (/* binding */ isFailure),
/* harmony export */   "do": () => (/* binding */ transient),
/* harmony export */   h2: () => (/* binding */ fatal)
/* harmony export */ });
function isFailure(answer) {
    return 'problem' in answer;
}
/** A failure that may pass; `details` adds what the server said. */
function transient(problem, details = {}) {
    return { kind: 'transient', problem, status: null, reason: '', retryAfter: null, ...details };
}
/** A failure that will not pass; `details` adds what the server said. */
function fatal(problem, details = {}) {
    return { kind: 'fatal', problem, status: null, reason: '', retryAfter: null, ...details };
}


/***/ }),

/***/ 618:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ redactor),
/* harmony export */   S: () => (/* binding */ redactTexts)
/* harmony export */ });
// Shorter texts turn up inside innocent ones: a key "test" would take "test-image" apart.
const SHORTEST_SECRET = 6;
/** The secret as it may come back: as it is, in lower case, escaped by JSON, percent-encoded. */
function formsOf(secret) {
    const json = JSON.stringify(secret).slice(1, -1);
    const encoded = encodeURIComponent(secret.toWellFormed());
    const lowerHex = encoded.replace(/%../g, (octet) => octet.toLowerCase());
    // Some encoders of JSON escape slashes too.
    const slashed = [secret, json].map((text) => text.replaceAll('/', '\\/'));
    return [secret, secret.toLowerCase(), json, ...slashed, encoded, lowerHex];
}
/** A function that puts `***` in place of the secrets wherever a text holds one, in any of its usual forms. */
function redactor(...secrets) {
    const forms = secrets
        .filter((secret) => secret.length >= SHORTEST_SECRET)
        .flatMap(formsOf)
        // A shorter one may be part of a longer one, whose rest it would leave.
        .sort((one, other) => other.length - one.length);
    return (text) => forms.reduce((clean, form) => clean.replaceAll(form, '***'), text);
}
// Texts under these names are words of this action's own, which other parts compare.
const OWN_WORDS = new Set(['type', 'kind', 'result', 'level', 'state', 'from']);
/**
 * A copy of a value with every text in it redacted. An object with a `registryAuthId`, which a task may name in any of
 * its texts, is kept free of that id too, and gets an empty one.
 */
function redactTexts(value, redact) {
    return redactAny(value, redact);
}
function redactAny(value, redact) {
    if (typeof value === 'string')
        return redact(value);
    if (Array.isArray(value))
        return value.map((item) => redactAny(item, redact));
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
        return value;
    }
    // What is said of a task beside it, such as why it is a near miss, may quote its texts.
    const own = redactor(...registryAuthIdOf(value), ...('task' in value ? registryAuthIdOf(value.task) : []));
    const entries = Object.entries(value).map(([name, item]) => {
        if (name === 'registryAuthId')
            return [name, typeof item === 'string' ? '' : item];
        return [name, OWN_WORDS.has(name) ? item : redactAny(item, (text) => redact(own(text)))];
    });
    return Object.fromEntries(entries);
}
function registryAuthIdOf(value) {
    const hasId = typeof value === 'object' && value !== null && 'registryAuthId' in value;
    return hasId && typeof value.registryAuthId === 'string' ? [value.registryAuthId] : [];
}


/***/ }),

/***/ 3355:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ isCreatedSince),
/* harmony export */   f: () => (/* binding */ earliestCreation)
/* harmony export */ });
const TOLERANCE_SECONDS = 5; // the Date header is coarse, and the server's clock known to about a second
/**
 * The same on the server's clock, less 5 s for the coarseness of the `Date` header.
 * @param startedAt when the step started, Unix milliseconds.
 * @param serverClockOffset what to add to this machine's clock for the server's, milliseconds.
 * @returns Unix seconds.
 */
function earliestCreation(createdAfter, startedAt, serverClockOffset) {
    const local = 'unixSeconds' in createdAfter
        ? createdAfter.unixSeconds
        : startedAt / 1000 - createdAfter.secondsBeforeStart;
    return local + serverClockOffset / 1000 - TOLERANCE_SECONDS;
}
/** Whether the task was created then or later, with the same tolerance; `since` is Unix seconds on the server's clock. */
function isCreatedSince(task, since) {
    return task.createTime !== null && task.createTime >= since - TOLERANCE_SECONDS;
}


/***/ }),

/***/ 6717:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $B: () => (/* binding */ unfinishedOf),
/* harmony export */   An: () => (/* binding */ coversProduct),
/* harmony export */   De: () => (/* binding */ productIdsOf),
/* harmony export */   hU: () => (/* binding */ phaseOf),
/* harmony export */   mh: () => (/* binding */ stateFrom),
/* harmony export */   o8: () => (/* binding */ durationSeconds)
/* harmony export */ });
/** What a state means for the wait. `Unknown` is unfinished, `Deleted` a kind of failure. */
function phaseOf(state) {
    if (state === 'Succeeded')
        return 'succeeded';
    return state === 'Failed' || state === 'Deleted' ? 'failed' : 'unfinished';
}
/** The tasks that have not finished. */
function unfinishedOf(tasks) {
    return tasks.filter((task) => phaseOf(task.state) === 'unfinished');
}
const API_STATES = {
    pending: 'Pending',
    running: 'Running',
    succeeded: 'Succeeded',
    failed: 'Failed',
};
/** The state behind the API's word for it, in any case; `Unknown` for every other word. */
function stateFrom(reported) {
    const word = reported.toLowerCase();
    return Object.hasOwn(API_STATES, word) ? (API_STATES[word] ?? 'Unknown') : 'Unknown';
}
/** Seconds from creation to completion; `null` while unfinished or when either time is not known. */
function durationSeconds(task) {
    if (task.createTime === null || task.completeTime === null)
        return null;
    return Math.max(0, task.completeTime - task.createTime);
}
/** The ids of the products that the task covers, each once and in order; none: it covers the whole cluster. */
function productIdsOf(task) {
    return [...new Set(task.products.map((product) => product.productId))].sort();
}
/** Whether the task warms the cluster for this product: one without products covers the whole cluster. */
function coversProduct(task, productId) {
    return task.products.length === 0 || task.products.some((product) => product.productId === productId);
}


/***/ }),

/***/ 6184:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Nw: () => (/* binding */ ownFault),
/* harmony export */   bD: () => (/* binding */ messageOf),
/* harmony export */   ml: () => (/* binding */ shorten)
/* harmony export */ });
/** The text, cut to so many characters with an ellipsis where it is longer; never through a surrogate pair. */
function shorten(text, longest) {
    if (text.length <= longest)
        return text;
    return `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}\u2026`;
}
/** What a step with a bug of its own ends with. */
function ownFault(bug) {
    return `The action met an error of its own, ${messageOf(bug)}; please report it`;
}
/** What a caught value says. */
function messageOf(error) {
    return error instanceof Error ? error.message : String(error);
}


/***/ }),

/***/ 1916:
/***/ ((__unused_webpack_module, exports) => {

var __webpack_unused_export__;

__webpack_unused_export__ = true;
exports.Io = __webpack_unused_export__ = void 0;
var peq = new Uint32Array(0x10000);
var myers_32 = function (a, b) {
    var n = a.length;
    var m = b.length;
    var lst = 1 << (n - 1);
    var pv = -1;
    var mv = 0;
    var sc = n;
    var i = n;
    while (i--) {
        peq[a.charCodeAt(i)] |= 1 << i;
    }
    for (i = 0; i < m; i++) {
        var eq = peq[b.charCodeAt(i)];
        var xv = eq | mv;
        eq |= ((eq & pv) + pv) ^ pv;
        mv |= ~(eq | pv);
        pv &= eq;
        if (mv & lst) {
            sc++;
        }
        if (pv & lst) {
            sc--;
        }
        mv = (mv << 1) | 1;
        pv = (pv << 1) | ~(xv | mv);
        mv &= xv;
    }
    i = n;
    while (i--) {
        peq[a.charCodeAt(i)] = 0;
    }
    return sc;
};
var myers_x = function (b, a) {
    var n = a.length;
    var m = b.length;
    var mhc = [];
    var phc = [];
    var hsize = Math.ceil(n / 32);
    var vsize = Math.ceil(m / 32);
    for (var i = 0; i < hsize; i++) {
        phc[i] = -1;
        mhc[i] = 0;
    }
    var j = 0;
    for (; j < vsize - 1; j++) {
        var mv_1 = 0;
        var pv_1 = -1;
        var start_1 = j * 32;
        var vlen_1 = Math.min(32, m) + start_1;
        for (var k = start_1; k < vlen_1; k++) {
            peq[b.charCodeAt(k)] |= 1 << k;
        }
        for (var i = 0; i < n; i++) {
            var eq = peq[a.charCodeAt(i)];
            var pb = (phc[(i / 32) | 0] >>> i) & 1;
            var mb = (mhc[(i / 32) | 0] >>> i) & 1;
            var xv = eq | mv_1;
            var xh = ((((eq | mb) & pv_1) + pv_1) ^ pv_1) | eq | mb;
            var ph = mv_1 | ~(xh | pv_1);
            var mh = pv_1 & xh;
            if ((ph >>> 31) ^ pb) {
                phc[(i / 32) | 0] ^= 1 << i;
            }
            if ((mh >>> 31) ^ mb) {
                mhc[(i / 32) | 0] ^= 1 << i;
            }
            ph = (ph << 1) | pb;
            mh = (mh << 1) | mb;
            pv_1 = mh | ~(xv | ph);
            mv_1 = ph & xv;
        }
        for (var k = start_1; k < vlen_1; k++) {
            peq[b.charCodeAt(k)] = 0;
        }
    }
    var mv = 0;
    var pv = -1;
    var start = j * 32;
    var vlen = Math.min(32, m - start) + start;
    for (var k = start; k < vlen; k++) {
        peq[b.charCodeAt(k)] |= 1 << k;
    }
    var score = m;
    for (var i = 0; i < n; i++) {
        var eq = peq[a.charCodeAt(i)];
        var pb = (phc[(i / 32) | 0] >>> i) & 1;
        var mb = (mhc[(i / 32) | 0] >>> i) & 1;
        var xv = eq | mv;
        var xh = ((((eq | mb) & pv) + pv) ^ pv) | eq | mb;
        var ph = mv | ~(xh | pv);
        var mh = pv & xh;
        score += (ph >>> (m - 1)) & 1;
        score -= (mh >>> (m - 1)) & 1;
        if ((ph >>> 31) ^ pb) {
            phc[(i / 32) | 0] ^= 1 << i;
        }
        if ((mh >>> 31) ^ mb) {
            mhc[(i / 32) | 0] ^= 1 << i;
        }
        ph = (ph << 1) | pb;
        mh = (mh << 1) | mb;
        pv = mh | ~(xv | ph);
        mv = ph & xv;
    }
    for (var k = start; k < vlen; k++) {
        peq[b.charCodeAt(k)] = 0;
    }
    return score;
};
var distance = function (a, b) {
    if (a.length < b.length) {
        var tmp = b;
        b = a;
        a = tmp;
    }
    if (b.length === 0) {
        return a.length;
    }
    if (a.length <= 32) {
        return myers_32(a, b);
    }
    return myers_x(a, b);
};
exports.Io = distance;
var closest = function (str, arr) {
    var min_distance = Infinity;
    var min_index = 0;
    for (var i = 0; i < arr.length; i++) {
        var dist = distance(str, arr[i]);
        if (dist < min_distance) {
            min_distance = dist;
            min_index = i;
        }
    }
    return arr[min_index];
};
__webpack_unused_export__ = closest;


/***/ }),

/***/ 8696:
/***/ ((module) => {

module.exports = require("../milo/no-simd.js");

/***/ }),

/***/ 1713:
/***/ ((module) => {

module.exports = require("../milo/simd.js");

/***/ }),

/***/ 2613:
/***/ ((module) => {

module.exports = require("assert");

/***/ }),

/***/ 4434:
/***/ ((module) => {

module.exports = require("events");

/***/ }),

/***/ 9896:
/***/ ((module) => {

module.exports = require("fs");

/***/ }),

/***/ 8611:
/***/ ((module) => {

module.exports = require("http");

/***/ }),

/***/ 5692:
/***/ ((module) => {

module.exports = require("https");

/***/ }),

/***/ 9278:
/***/ ((module) => {

module.exports = require("net");

/***/ }),

/***/ 4589:
/***/ ((module) => {

module.exports = require("node:assert");

/***/ }),

/***/ 6698:
/***/ ((module) => {

module.exports = require("node:async_hooks");

/***/ }),

/***/ 4573:
/***/ ((module) => {

module.exports = require("node:buffer");

/***/ }),

/***/ 7540:
/***/ ((module) => {

module.exports = require("node:console");

/***/ }),

/***/ 7598:
/***/ ((module) => {

module.exports = require("node:crypto");

/***/ }),

/***/ 3053:
/***/ ((module) => {

module.exports = require("node:diagnostics_channel");

/***/ }),

/***/ 610:
/***/ ((module) => {

module.exports = require("node:dns");

/***/ }),

/***/ 8474:
/***/ ((module) => {

module.exports = require("node:events");

/***/ }),

/***/ 1455:
/***/ ((module) => {

module.exports = require("node:fs/promises");

/***/ }),

/***/ 7067:
/***/ ((module) => {

module.exports = require("node:http");

/***/ }),

/***/ 2467:
/***/ ((module) => {

module.exports = require("node:http2");

/***/ }),

/***/ 7030:
/***/ ((module) => {

module.exports = require("node:net");

/***/ }),

/***/ 6760:
/***/ ((module) => {

module.exports = require("node:path");

/***/ }),

/***/ 643:
/***/ ((module) => {

module.exports = require("node:perf_hooks");

/***/ }),

/***/ 1792:
/***/ ((module) => {

module.exports = require("node:querystring");

/***/ }),

/***/ 99:
/***/ ((module) => {

module.exports = require("node:sqlite");

/***/ }),

/***/ 7075:
/***/ ((module) => {

module.exports = require("node:stream");

/***/ }),

/***/ 7830:
/***/ ((module) => {

module.exports = require("node:stream/web");

/***/ }),

/***/ 7997:
/***/ ((module) => {

module.exports = require("node:timers");

/***/ }),

/***/ 1692:
/***/ ((module) => {

module.exports = require("node:tls");

/***/ }),

/***/ 3136:
/***/ ((module) => {

module.exports = require("node:url");

/***/ }),

/***/ 7975:
/***/ ((module) => {

module.exports = require("node:util");

/***/ }),

/***/ 3429:
/***/ ((module) => {

module.exports = require("node:util/types");

/***/ }),

/***/ 5919:
/***/ ((module) => {

module.exports = require("node:worker_threads");

/***/ }),

/***/ 8522:
/***/ ((module) => {

module.exports = require("node:zlib");

/***/ }),

/***/ 857:
/***/ ((module) => {

module.exports = require("os");

/***/ }),

/***/ 4756:
/***/ ((module) => {

module.exports = require("tls");

/***/ }),

/***/ 9023:
/***/ ((module) => {

module.exports = require("util");

/***/ })

/******/ 	});
/************************************************************************/
/******/ 	// The module cache
/******/ 	var __webpack_module_cache__ = {};
/******/ 	
/******/ 	// The require function
/******/ 	function __nccwpck_require__(moduleId) {
/******/ 		// Check if module is in cache
/******/ 		var cachedModule = __webpack_module_cache__[moduleId];
/******/ 		if (cachedModule !== undefined) {
/******/ 			return cachedModule.exports;
/******/ 		}
/******/ 		// Create a new module (and put it into the cache)
/******/ 		var module = __webpack_module_cache__[moduleId] = {
/******/ 			id: moduleId,
/******/ 			loaded: false,
/******/ 			exports: {}
/******/ 		};
/******/ 	
/******/ 		// Execute the module function
/******/ 		var threw = true;
/******/ 		try {
/******/ 			__webpack_modules__[moduleId].call(module.exports, module, module.exports, __nccwpck_require__);
/******/ 			threw = false;
/******/ 		} finally {
/******/ 			if(threw) delete __webpack_module_cache__[moduleId];
/******/ 		}
/******/ 	
/******/ 		// Flag the module as loaded
/******/ 		module.loaded = true;
/******/ 	
/******/ 		// Return the exports of the module
/******/ 		return module.exports;
/******/ 	}
/******/ 	
/******/ 	// expose the modules object (__webpack_modules__)
/******/ 	__nccwpck_require__.m = __webpack_modules__;
/******/ 	
/************************************************************************/
/******/ 	/* webpack/runtime/asset-relocator-loader */
/******/ 	if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = __dirname + "/";
/******/ 	
/******/ 	/* webpack/runtime/compat get default export */
/******/ 	(() => {
/******/ 		// getDefaultExport function for compatibility with non-harmony modules
/******/ 		__nccwpck_require__.n = (module) => {
/******/ 			var getter = module && module.__esModule ?
/******/ 				() => (module['default']) :
/******/ 				() => (module);
/******/ 			__nccwpck_require__.d(getter, { a: getter });
/******/ 			return getter;
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/define property getters */
/******/ 	(() => {
/******/ 		// define getter functions for harmony exports
/******/ 		__nccwpck_require__.d = (exports, definition) => {
/******/ 			for(var key in definition) {
/******/ 				if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 					Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 				}
/******/ 			}
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/ensure chunk */
/******/ 	(() => {
/******/ 		__nccwpck_require__.f = {};
/******/ 		// This file contains only the entry chunk.
/******/ 		// The chunk loading function for additional chunks
/******/ 		__nccwpck_require__.e = (chunkId) => {
/******/ 			return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
/******/ 				__nccwpck_require__.f[key](chunkId, promises);
/******/ 				return promises;
/******/ 			}, []));
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/get javascript chunk filename */
/******/ 	(() => {
/******/ 		// This function allow to reference async chunks
/******/ 		__nccwpck_require__.u = (chunkId) => {
/******/ 			// return url for filenames based on template
/******/ 			return "" + chunkId + ".index.js";
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/hasOwnProperty shorthand */
/******/ 	(() => {
/******/ 		__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/make namespace object */
/******/ 	(() => {
/******/ 		// define __esModule on exports
/******/ 		__nccwpck_require__.r = (exports) => {
/******/ 			if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 				Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 			}
/******/ 			Object.defineProperty(exports, '__esModule', { value: true });
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/node module decorator */
/******/ 	(() => {
/******/ 		__nccwpck_require__.nmd = (module) => {
/******/ 			module.paths = [];
/******/ 			if (!module.children) module.children = [];
/******/ 			return module;
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/require chunk loading */
/******/ 	(() => {
/******/ 		// no baseURI
/******/ 		
/******/ 		// object to store loaded chunks
/******/ 		// "1" means "loaded", otherwise not loaded yet
/******/ 		var installedChunks = {
/******/ 			792: 1
/******/ 		};
/******/ 		
/******/ 		// no on chunks loaded
/******/ 		
/******/ 		var installChunk = (chunk) => {
/******/ 			var moreModules = chunk.modules, chunkIds = chunk.ids, runtime = chunk.runtime;
/******/ 			for(var moduleId in moreModules) {
/******/ 				if(__nccwpck_require__.o(moreModules, moduleId)) {
/******/ 					__nccwpck_require__.m[moduleId] = moreModules[moduleId];
/******/ 				}
/******/ 			}
/******/ 			if(runtime) runtime(__nccwpck_require__);
/******/ 			for(var i = 0; i < chunkIds.length; i++)
/******/ 				installedChunks[chunkIds[i]] = 1;
/******/ 		
/******/ 		};
/******/ 		
/******/ 		// require() chunk loading for javascript
/******/ 		__nccwpck_require__.f.require = (chunkId, promises) => {
/******/ 			// "1" is the signal for "already loaded"
/******/ 			if(!installedChunks[chunkId]) {
/******/ 				if(true) { // all chunks have JS
/******/ 					installChunk(require("./" + __nccwpck_require__.u(chunkId)));
/******/ 				} else installedChunks[chunkId] = 1;
/******/ 			}
/******/ 		};
/******/ 		
/******/ 		// no external install chunk
/******/ 		
/******/ 		// no HMR
/******/ 		
/******/ 		// no HMR manifest
/******/ 	})();
/******/ 	
/************************************************************************/
var __webpack_exports__ = {};

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = require("node:fs");
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: external "os"
var external_os_ = __nccwpck_require__(857);
;// CONCATENATED MODULE: ./build/node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function utils_toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function utils_toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ./build/node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function command_issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_.EOL);
}
function command_issue(name, message = '') {
    command_issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = require("crypto");
// EXTERNAL MODULE: external "fs"
var external_fs_ = __nccwpck_require__(9896);
;// CONCATENATED MODULE: ./build/node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function file_command_issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_.EOL}`, {
        encoding: 'utf8'
    });
}
function file_command_prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = utils_toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_.EOL}${convertedValue}${external_os_.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: external "path"
const external_path_namespaceObject = require("path");
;// CONCATENATED MODULE: ./build/node_modules/@actions/core/lib/core.js
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};






/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
//-----------------------------------------------------------------------
// Variables
//-----------------------------------------------------------------------
/**
 * Sets env variable for this action and future actions in the job
 * @param name the name of the variable to set
 * @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function exportVariable(name, val) {
    const convertedVal = toCommandValue(val);
    process.env[name] = convertedVal;
    const filePath = process.env['GITHUB_ENV'] || '';
    if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
    }
    issueCommand('set-env', { name }, convertedVal);
}
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function setSecret(secret) {
    command_issueCommand('add-mask', {}, secret);
}
/**
 * Prepends inputPath to the PATH (for this action and future actions)
 * @param inputPath
 */
function addPath(inputPath) {
    const filePath = process.env['GITHUB_PATH'] || '';
    if (filePath) {
        issueFileCommand('PATH', inputPath);
    }
    else {
        issueCommand('add-path', {}, inputPath);
    }
    process.env['PATH'] = `${inputPath}${path.delimiter}${process.env['PATH']}`;
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
}
/**
 * Gets the values of an multiline input.  Each value is also trimmed.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string[]
 *
 */
function getMultilineInput(name, options) {
    const inputs = getInput(name, options)
        .split('\n')
        .filter(x => x !== '');
    if (options && options.trimWhitespace === false) {
        return inputs;
    }
    return inputs.map(input => input.trim());
}
/**
 * Gets the input value of the boolean type in the YAML 1.2 "core schema" specification.
 * Support boolean input list: `true | True | TRUE | false | False | FALSE` .
 * The return value is also in boolean type.
 * ref: https://yaml.org/spec/1.2/spec.html#id2804923
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   boolean
 */
function getBooleanInput(name, options) {
    const trueValue = ['true', 'True', 'TRUE'];
    const falseValue = ['false', 'False', 'FALSE'];
    const val = getInput(name, options);
    if (trueValue.includes(val))
        return true;
    if (falseValue.includes(val))
        return false;
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
        `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return file_command_issueFileCommand('OUTPUT', file_command_prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_.EOL);
    command_issueCommand('set-output', { name }, utils_toCommandValue(value));
}
/**
 * Enables or disables the echoing of commands into stdout for the rest of the step.
 * Echoing is disabled by default if ACTIONS_STEP_DEBUG is not set.
 *
 */
function setCommandEcho(enabled) {
    issue('echo', enabled ? 'on' : 'off');
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    error(message);
}
//-----------------------------------------------------------------------
// Logging Commands
//-----------------------------------------------------------------------
/**
 * Gets whether Actions Step Debug is on or not
 */
function isDebug() {
    return process.env['RUNNER_DEBUG'] === '1';
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function debug(message) {
    command_issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function error(message, properties = {}) {
    command_issueCommand('error', utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function warning(message, properties = {}) {
    command_issueCommand('warning', utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function notice(message, properties = {}) {
    issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function info(message) {
    process.stdout.write(message + external_os_.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function startGroup(name) {
    issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return __awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return issueFileCommand('STATE', prepareKeyValueMessage(name, value));
    }
    issueCommand('save-state', { name }, toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}
function getIDToken(aud) {
    return __awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
    });
}
/**
 * Summary exports
 */

/**
 * @deprecated use core.summary
 */

/**
 * Path exports
 */

/**
 * Platform utilities exports
 */

//# sourceMappingURL=core.js.map
;// CONCATENATED MODULE: ./build/node_modules/@actions/core/lib/summary.js
var summary_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { access, appendFile, writeFile } = external_fs_.promises;
const SUMMARY_ENV_VAR = 'GITHUB_STEP_SUMMARY';
const SUMMARY_DOCS_URL = 'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary';
class Summary {
    constructor() {
        this._buffer = '';
    }
    /**
     * Finds the summary file path from the environment, rejects if env var is not found or file does not exist
     * Also checks r/w permissions.
     *
     * @returns step summary file path
     */
    filePath() {
        return summary_awaiter(this, void 0, void 0, function* () {
            if (this._filePath) {
                return this._filePath;
            }
            const pathFromEnv = process.env[SUMMARY_ENV_VAR];
            if (!pathFromEnv) {
                throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
            }
            try {
                yield access(pathFromEnv, external_fs_.constants.R_OK | external_fs_.constants.W_OK);
            }
            catch (_a) {
                throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
            }
            this._filePath = pathFromEnv;
            return this._filePath;
        });
    }
    /**
     * Wraps content in an HTML tag, adding any HTML attributes
     *
     * @param {string} tag HTML tag to wrap
     * @param {string | null} content content within the tag
     * @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
     *
     * @returns {string} content wrapped in HTML element
     */
    wrap(tag, content, attrs = {}) {
        const htmlAttrs = Object.entries(attrs)
            .map(([key, value]) => ` ${key}="${value}"`)
            .join('');
        if (!content) {
            return `<${tag}${htmlAttrs}>`;
        }
        return `<${tag}${htmlAttrs}>${content}</${tag}>`;
    }
    /**
     * Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
     *
     * @param {SummaryWriteOptions} [options] (optional) options for write operation
     *
     * @returns {Promise<Summary>} summary instance
     */
    write(options) {
        return summary_awaiter(this, void 0, void 0, function* () {
            const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
            const filePath = yield this.filePath();
            const writeFunc = overwrite ? writeFile : appendFile;
            yield writeFunc(filePath, this._buffer, { encoding: 'utf8' });
            return this.emptyBuffer();
        });
    }
    /**
     * Clears the summary buffer and wipes the summary file
     *
     * @returns {Summary} summary instance
     */
    clear() {
        return summary_awaiter(this, void 0, void 0, function* () {
            return this.emptyBuffer().write({ overwrite: true });
        });
    }
    /**
     * Returns the current summary buffer as a string
     *
     * @returns {string} string of summary buffer
     */
    stringify() {
        return this._buffer;
    }
    /**
     * If the summary buffer is empty
     *
     * @returns {boolen} true if the buffer is empty
     */
    isEmptyBuffer() {
        return this._buffer.length === 0;
    }
    /**
     * Resets the summary buffer without writing to summary file
     *
     * @returns {Summary} summary instance
     */
    emptyBuffer() {
        this._buffer = '';
        return this;
    }
    /**
     * Adds raw text to the summary buffer
     *
     * @param {string} text content to add
     * @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
     *
     * @returns {Summary} summary instance
     */
    addRaw(text, addEOL = false) {
        this._buffer += text;
        return addEOL ? this.addEOL() : this;
    }
    /**
     * Adds the operating system-specific end-of-line marker to the buffer
     *
     * @returns {Summary} summary instance
     */
    addEOL() {
        return this.addRaw(external_os_.EOL);
    }
    /**
     * Adds an HTML codeblock to the summary buffer
     *
     * @param {string} code content to render within fenced code block
     * @param {string} lang (optional) language to syntax highlight code
     *
     * @returns {Summary} summary instance
     */
    addCodeBlock(code, lang) {
        const attrs = Object.assign({}, (lang && { lang }));
        const element = this.wrap('pre', this.wrap('code', code), attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML list to the summary buffer
     *
     * @param {string[]} items list of items to render
     * @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
     *
     * @returns {Summary} summary instance
     */
    addList(items, ordered = false) {
        const tag = ordered ? 'ol' : 'ul';
        const listItems = items.map(item => this.wrap('li', item)).join('');
        const element = this.wrap(tag, listItems);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML table to the summary buffer
     *
     * @param {SummaryTableCell[]} rows table rows
     *
     * @returns {Summary} summary instance
     */
    addTable(rows) {
        const tableBody = rows
            .map(row => {
            const cells = row
                .map(cell => {
                if (typeof cell === 'string') {
                    return this.wrap('td', cell);
                }
                const { header, data, colspan, rowspan } = cell;
                const tag = header ? 'th' : 'td';
                const attrs = Object.assign(Object.assign({}, (colspan && { colspan })), (rowspan && { rowspan }));
                return this.wrap(tag, data, attrs);
            })
                .join('');
            return this.wrap('tr', cells);
        })
            .join('');
        const element = this.wrap('table', tableBody);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds a collapsable HTML details element to the summary buffer
     *
     * @param {string} label text for the closed state
     * @param {string} content collapsable content
     *
     * @returns {Summary} summary instance
     */
    addDetails(label, content) {
        const element = this.wrap('details', this.wrap('summary', label) + content);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML image tag to the summary buffer
     *
     * @param {string} src path to the image you to embed
     * @param {string} alt text description of the image
     * @param {SummaryImageOptions} options (optional) addition image attributes
     *
     * @returns {Summary} summary instance
     */
    addImage(src, alt, options) {
        const { width, height } = options || {};
        const attrs = Object.assign(Object.assign({}, (width && { width })), (height && { height }));
        const element = this.wrap('img', null, Object.assign({ src, alt }, attrs));
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML section heading element
     *
     * @param {string} text heading text
     * @param {number | string} [level=1] (optional) the heading level, default: 1
     *
     * @returns {Summary} summary instance
     */
    addHeading(text, level) {
        const tag = `h${level}`;
        const allowedTag = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(tag)
            ? tag
            : 'h1';
        const element = this.wrap(allowedTag, text);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML thematic break (<hr>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addSeparator() {
        const element = this.wrap('hr', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML line break (<br>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addBreak() {
        const element = this.wrap('br', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML blockquote to the summary buffer
     *
     * @param {string} text quote text
     * @param {string} cite (optional) citation url
     *
     * @returns {Summary} summary instance
     */
    addQuote(text, cite) {
        const attrs = Object.assign({}, (cite && { cite }));
        const element = this.wrap('blockquote', text, attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML anchor tag to the summary buffer
     *
     * @param {string} text link text/content
     * @param {string} href hyperlink
     *
     * @returns {Summary} summary instance
     */
    addLink(text, href) {
        const element = this.wrap('a', text, { href });
        return this.addRaw(element).addEOL();
    }
}
const _summary = new Summary();
/**
 * @deprecated use `core.summary`
 */
const markdownSummary = (/* unused pure expression or super */ null && (_summary));
const summary = _summary;
//# sourceMappingURL=summary.js.map
;// CONCATENATED MODULE: ./build/outcome.js
const RESULTS = ['succeeded', 'failed', 'timed-out', 'not-found', 'cancelled', 'error'];
/** Whole seconds from start to result. */
function waitedSeconds(outcome) {
    return Math.floor((outcome.endedAt - outcome.startedAt) / 1000);
}

;// CONCATENATED MODULE: ./build/tasks/image-reference.js
const DEFAULT_HOST = 'docker.io';
// The API takes addresses of up to 500 characters; the limit keeps the patterns below away from hostile lengths.
const LONGEST_REFERENCE = 500;
const HOST_LABEL = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const HOST = new RegExp(`^(?:${HOST_LABEL}(?:\\.${HOST_LABEL})*|\\[[0-9a-f:.]+\\])(?::[0-9]{1,5})?$`);
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[a-z][a-z0-9]*(?:[+._-][a-z][a-z0-9]*)*:[0-9a-f]{32,}$/;
/**
 * Reads a full or partial reference of up to 500 characters. Hosts come back in lower case, `index.docker.io` as
 * `docker.io`; an official image named with its host (`docker.io/nginx`) gets its `library/`.
 * @returns the reference; null when the text is not one.
 */
function parseImageReference(text) {
    if (text.length > LONGEST_REFERENCE)
        return null;
    const [address = '', digestText, ...excess] = text.split('@');
    if (excess.length > 0)
        return null;
    const digest = digestText?.toLowerCase() ?? null;
    if (digest !== null && !DIGEST.test(digest))
        return null;
    const colon = address.lastIndexOf(':');
    const hasTag = colon > address.lastIndexOf('/');
    const tag = hasTag ? address.slice(colon + 1) : null;
    if (tag !== null && !TAG.test(tag))
        return null;
    const components = (hasTag ? address.slice(0, colon) : address).split('/');
    const host = components.length > 1 && isHost(components[0] ?? '') ? hostFrom(components.shift() ?? '') : null;
    if (host !== null && !HOST.test(host))
        return null;
    if (!components.every((component) => PATH_COMPONENT.test(component)))
        return null;
    if (host === DEFAULT_HOST && components.length === 1)
        components.unshift('library');
    return { host, path: components.join('/'), tag, digest };
}
/** The text with the capitals of its path lowered; host, tag and digest stay as they are. */
function withLowerCasePath(text) {
    const slash = text.indexOf('/');
    const pathStart = slash >= 0 && isHost(text.slice(0, slash)) ? slash : 0;
    const end = text.slice(pathStart).search(/[:@]/);
    const pathEnd = end < 0 ? text.length : pathStart + end;
    return text.slice(0, pathStart) + lowerCase(text.slice(pathStart, pathEnd)) + text.slice(pathEnd);
}
/** ASCII only: another script's capital must not turn into a letter that a path may have. */
function lowerCase(text) {
    return text.replaceAll(/[A-Z]/g, (capital) => capital.toLowerCase());
}
function isHost(component) {
    return /[.:]/.test(component) || component.toLowerCase() === 'localhost';
}
function hostFrom(component) {
    const host = component.toLowerCase();
    return host === `index.${DEFAULT_HOST}` ? DEFAULT_HOST : host;
}
/**
 * The image that a task's address names, with the usual defaults: `docker.io`, `library/`, and the tag `latest` when
 * it has neither tag nor digest.
 * @returns `null` when the address is not an image reference.
 */
function resolveImage(address) {
    const written = parseImageReference(address);
    if (written === null)
        return null;
    const isOfficial = written.host === null && !written.path.includes('/');
    return {
        host: written.host ?? DEFAULT_HOST,
        path: isOfficial ? `library/${written.path}` : written.path,
        tag: written.tag ?? (written.digest === null ? 'latest' : null),
        digest: written.digest,
    };
}
/** Host and path of an image, the part that all its tags and digests share. */
function repositoryOf(image) {
    return `${image.host}/${image.path}`;
}
/** The last component of the path, which is what the API calls the image's name. */
function imageNameOf(reference) {
    return reference.path.slice(reference.path.lastIndexOf('/') + 1);
}
/** Whether the path is the image's, which it must be whole where the reference has a host. */
function hasPath(image, partial) {
    return partial.host === null ? `/${image.path}`.endsWith(`/${partial.path}`) : partial.path === image.path;
}
/** The part of an image in which it differs from a partial reference; `null` when it matches. */
function differingPart(partial, image) {
    if (!hasPath(image, partial))
        return 'path';
    if (partial.host !== null && partial.host !== image.host)
        return 'host';
    if (partial.tag !== null && partial.tag !== image.tag)
        return 'tag';
    return partial.digest !== null && partial.digest !== image.digest ? 'digest' : null;
}

;// CONCATENATED MODULE: ./build/inputs/parse.js


const ALLOWABLE_RESULTS = RESULTS.filter((result) => result !== 'cancelled');
/**
 * Reads a list: items separated by commas or line breaks, or a JSON array of strings.
 * @returns the items without blanks around them, each once; null for JSON that is not an array of strings.
 */
function parseList(text) {
    // Not every "[" begins JSON: an image may have an IPv6 host, as in [::1]:5000/app.
    const written = /^\[\s*["\]]/.test(text) ? parseJsonStrings(text) : text.split(/[,\r\n]/);
    if (written === null)
        return null;
    const items = new Set(written.map((item) => item.trim()));
    items.delete('');
    return [...items];
}
function parseJsonStrings(text) {
    try {
        const value = JSON.parse(text);
        return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null;
    }
    catch {
        return null;
    }
}
/** An id of a task, cluster or product. What is refused comes from lists in a form that this action does not read. */
function parseId(text) {
    return /[\s"'`\u2018\u2019\u201c\u201d[\]{};]/.test(text) ? null : text;
}
function parseImage(text) {
    if (text.length > LONGEST_REFERENCE)
        return null;
    const lowered = withLowerCasePath(text);
    const reference = parseImageReference(lowered);
    return reference && { text: lowered, reference };
}
function parseRequirement(text) {
    if (text === 'all')
        return 'all';
    if (text === 'any')
        return 1;
    return /^[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;
}
/** The YAML 1.2 core schema: https://yaml.org/spec/1.2.2/#1032-tag-resolution */
function parseBoolean(text) {
    if (/^(?:true|True|TRUE)$/.test(text))
        return true;
    return /^(?:false|False|FALSE)$/.test(text) ? false : null;
}
function parseAllowableResult(text) {
    return ALLOWABLE_RESULTS.find((result) => result === text) ?? null;
}
/** @returns the address without slashes at its end. */
function parseBaseUrl(text) {
    if (!/^https?:\/\/[!-~]+$/i.test(text) || /[?#\\]/.test(text))
        return null;
    if (!URL.canParse(text))
        return null;
    const url = new URL(text);
    const isAllowed = url.protocol === 'https:' || isLoopback(url.hostname);
    const hasUserInfo = url.username + url.password !== '' || /\/\/[^/]*@/.test(text);
    return isAllowed && !hasUserInfo ? url.href.replace(/\/+$/, '') : null;
}
/** Whether a host name, as `URL` gives it, is this machine's own. */
function isLoopback(hostname) {
    return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
}
function parseApiVersion(text) {
    return text === 'v1' || text === 'v2' ? text : null;
}
function parseCommitSha(text) {
    return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text) ? text.toLowerCase() : null;
}
const SECONDS_IN = { d: 86_400, h: 3_600, m: 60, s: 1 };
const DURATION = /^(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
/**
 * Reads `90s`, `15m`, `1h30m`, `2d` or plain seconds.
 * @returns whole seconds.
 */
function parseDuration(text) {
    if (/^\d+$/.test(text))
        return Number(text);
    const parts = DURATION.exec(text);
    if (parts === null)
        return null;
    const [, days = 0, hours = 0, minutes = 0, seconds = 0] = parts;
    return (Number(days) * SECONDS_IN.d +
        Number(hours) * SECONDS_IN.h +
        Number(minutes) * SECONDS_IN.m +
        Number(seconds));
}

// EXTERNAL MODULE: ./build/text.js
var build_text = __nccwpck_require__(6184);
;// CONCATENATED MODULE: ./build/github/commit-status.js



// Others gate on it, so only a warm image is a success, whatever leaves the step itself green.
const STATES = {
    succeeded: 'success',
    failed: 'failure',
    'timed-out': 'failure',
    'not-found': 'failure',
    cancelled: 'error',
    error: 'error',
};
const RUNNER_VARIABLES = ['GITHUB_API_URL', 'GITHUB_SERVER_URL', 'GITHUB_REPOSITORY', 'GITHUB_RUN_ID'];
const LONGEST_DESCRIPTION = 140; // https://docs.github.com/en/rest/commits/statuses
const RETRY_FOR = 30_000;
const CANCELLED_RETRY_FOR = 1_000; // a cancelled step must be gone within 2 s
/** A commit status: `pending` from the start of the step, then what came of it. A failure to publish is one warning. */
class CommitStatus {
    #inputs;
    #ports;
    #load;
    #begun = Promise.resolve();
    #hasWarned = false;
    constructor(inputs, ports, load = loadClient) {
        this.#inputs = inputs;
        this.#ports = ports;
        this.#load = load;
    }
    /** Publishes `pending` while the step goes on, in one attempt. */
    begin(description) {
        const { signal } = this.#ports;
        this.#begun = this.#publish('pending', description, 0, signal);
    }
    /** Publishes what came of it once `pending` has its answer, with retries for 30 s, or 1 s once the step is cancelled. */
    async end(result, description) {
        await this.#begun;
        const { signal } = this.#ports;
        const limit = new AbortController();
        const endAfter = (delay) => setTimeout(() => limit.abort(), delay).unref();
        const retryFor = signal.aborted ? CANCELLED_RETRY_FOR : RETRY_FOR;
        endAfter(retryFor);
        signal.addEventListener('abort', () => endAfter(CANCELLED_RETRY_FOR));
        await this.#publish(STATES[result], description, retryFor, limit.signal);
    }
    async #publish(state, description, retryFor, signal) {
        const problem = await this.#create(state, description, retryFor, signal).catch(build_text/* messageOf */.bD);
        // A cancellation cuts `pending` off to make room for what came of it.
        const isCutOff = state === 'pending' && signal.aborted;
        if (problem === null || this.#hasWarned || isCutOff)
            return;
        this.#hasWarned = true;
        const name = JSON.stringify(this.#inputs.context);
        this.#ports.warning(`The commit status ${name} could not be published: ${problem}`);
    }
    async #create(state, description, retryFor, signal) {
        const { context: name, token } = this.#inputs;
        if (token === '')
            return 'github-token is empty; leave it out, or pass a token that may write statuses';
        const { env } = this.#ports;
        const missing = RUNNER_VARIABLES.find((name) => !env[name]);
        if (missing !== undefined)
            return `${missing} is not set`;
        const { createStatus, context: run } = await this.#load();
        const sha = this.#inputs.sha ?? headOf(run);
        const status = { sha, state, context: name, description: (0,build_text/* shorten */.ml)(description, LONGEST_DESCRIPTION) };
        return createStatus(status, { ...this.#ports, run, token, retryFor, signal });
    }
}
/** The toolkit reads the event while it loads, and fails at one that is not a JSON object: such a one is kept from it. */
async function loadClient() {
    try {
        const event = JSON.parse((0,external_node_fs_namespaceObject.readFileSync)(process.env['GITHUB_EVENT_PATH'] ?? '', 'utf8'));
        if (typeof event !== 'object' || event === null)
            throw new Error('not an object');
    }
    catch {
        delete process.env['GITHUB_EVENT_PATH'];
    }
    return await Promise.all(/* import() */[__nccwpck_require__.e(471), __nccwpck_require__.e(232), __nccwpck_require__.e(376)]).then(__nccwpck_require__.bind(__nccwpck_require__, 9376));
}
/** The commit that the event is about. GITHUB_SHA is another one where a pull request or a finished workflow is. */
function headOf({ payload, sha }) {
    const heads = [
        payload.pull_request?.['head']?.sha,
        payload['workflow_run']?.head_sha,
        payload['check_suite']?.head_sha,
        payload['check_run']?.head_sha,
        sha,
    ];
    // It becomes part of the address to which the token is sent.
    const head = heads
        .map((one) => (typeof one === 'string' ? parseCommitSha(one) : null))
        .find((one) => one !== null);
    if (head === undefined)
        throw new Error('neither the event nor GITHUB_SHA names a commit; set commit-sha');
    return head;
}

// EXTERNAL MODULE: ./build/redact.js
var build_redact = __nccwpck_require__(618);
;// CONCATENATED MODULE: ./build/inputs/created-after.js

const ISO_8601 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?:Z|([+-])(\d{2})(?::?(\d{2}))?)$/i;
const EARLIEST = 1_000_000_000; // September 2001: a smaller number is a duration whose unit is missing
const LATEST = 253_402_300_799; // the last second of the year 9999: a larger number is milliseconds
/**
 * Reads ISO 8601 with `Z` or an offset, Unix seconds from 1,000,000,000 on, or a duration such as `15m`.
 * @returns null for anything else, dates that no calendar has included.
 */
function parseCreatedAfter(text) {
    if (/^\d+$/.test(text)) {
        const unixSeconds = Number(text);
        return unixSeconds >= EARLIEST && unixSeconds <= LATEST ? { unixSeconds } : null;
    }
    const secondsBeforeStart = parseDuration(text);
    if (secondsBeforeStart !== null)
        return secondsBeforeStart <= LATEST ? { secondsBeforeStart } : null;
    const unixSeconds = parseIso8601(text);
    return unixSeconds === null ? null : { unixSeconds };
}
function parseIso8601(text) {
    const parts = ISO_8601.exec(text);
    if (parts === null)
        return null;
    const [, year, month, day, hour, minute, second = '0', fraction = '0', sign, offsetHour = '0', offsetMinute = '0',] = parts;
    const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
    midnight.setUTCFullYear(Number(year));
    const isCalendarDay = midnight.getUTCMonth() === Number(month) - 1 && midnight.getUTCDate() === Number(day);
    const isClockTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 61;
    const isOffset = Number(offsetHour) < 24 && Number(offsetMinute) < 60;
    if (!isCalendarDay || !isClockTime || !isOffset)
        return null;
    const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60 * (sign === '-' ? -1 : 1);
    const timeOfDay = (Number(hour) * 60 + Number(minute)) * 60 + Number(second) + Number(`0.${fraction}`);
    return midnight.getTime() / 1000 + timeOfDay - offset;
}

// EXTERNAL MODULE: ./node_modules/fastest-levenshtein/mod.js
var mod = __nccwpck_require__(1916);
;// CONCATENATED MODULE: ./build/inputs/suggestions.js


// What a bad value was probably meant to be. Each function returns a candidate, which the input's own parser must
// accept before it is shown, or null where it cannot be told.
const MOST_EDITS = 2;
/** The known name that is at most two edits away from this one, or from this one's singular or plural; the closest. */
function meantName(name, known) {
    const edits = (one) => {
        const forms = one.endsWith('s') ? [one, one.slice(0, -1)] : [one, `${one}s`];
        // Distances of long texts take long, and are over two anyway.
        const near = forms.filter((form) => Math.abs(form.length - name.length) <= MOST_EDITS);
        return Math.min(...near.map((form) => (0,mod/* distance */.Io)(form, name)));
    };
    return closest(known.map((one) => ({ one, edits: edits(one) })));
}
function closest(candidates) {
    const best = candidates.toSorted((one, other) => one.edits - other.edits)[0];
    return best !== undefined && best.edits <= MOST_EDITS ? best.one : null;
}
/** The text without quotes around it. */
function withoutQuotes(text) {
    return text.replace(/^["'`\u2018\u201c]+|["'`\u2019\u201d]+$/g, '').trim();
}
/** Items in brackets, in quotes, behind dashes, or separated by blanks or `;`, as a list separated by commas. */
function meantList(text, meantItem = (item) => item) {
    if (/[{}]/.test(text))
        return null;
    const items = text.split(/[\s,;[\]"'`\u2018\u2019\u201c\u201d]+/).filter((item) => item !== '' && item !== '-');
    return items.map(meantItem).join(',');
}
/** Image addresses without the scheme of a web address; two words on a line may be a list, or a name and its tag. */
function meantImages(text) {
    if (/[^\s,;-][ \t]+[^\s,;]/.test(text))
        return null;
    return meantList(text, (item) => item.replace(/^[a-z]+:\/+/i, '').replace(/\/$/, ''));
}
const RESULT_WORDS = {
    success: 'succeeded',
    ok: 'succeeded',
    failure: 'failed',
    fail: 'failed',
    missing: 'not-found',
};
function meantResults(text) {
    const words = text.toLowerCase().replaceAll(/[_.]| (?=out|found)/g, '-');
    return meantList(words, (word) => Object.hasOwn(RESULT_WORDS, word)
        ? (RESULT_WORDS[word] ?? word)
        : (meantName(word, ALLOWABLE_RESULTS) ?? word));
}
function meantBoolean(text) {
    if (/^(?:true|yes|y|on|1|enabled?)$/i.test(text))
        return 'true';
    return /^(?:false|no|n|off|0|disabled?)$/i.test(text) ? 'false' : null;
}
const UNITS = [
    [/^(?:d|days?|\u5929|\u65e5)$/, 'd', 86_400],
    [/^(?:h|hrs?|hours?|\u5c0f\u65f6|\u65f6)$/, 'h', 3_600],
    [/^(?:m|mins?|minutes?|\u5206\u949f?)$/, 'm', 60],
    [/^(?:s|secs?|seconds?|\u79d2\u949f?)$/, 's', 1],
];
/** A duration with other names of its units (`30 min`, `2 Hours`, `15 \u5206\u949f`, `PT15M`) or with a fraction (`1.5h`). */
function meantDuration(text) {
    const plain = text
        .normalize('NFKC')
        .toLowerCase()
        .replace(/^pt(?=\d)/, '')
        .replaceAll(/\s/g, '');
    const parts = [...plain.matchAll(/(\d+(?:\.\d+)?)([^\d.]+)/g)];
    if (parts.map(([part]) => part).join('') !== plain)
        return null;
    let written = '';
    let seconds = 0;
    for (const [, count = '', word = ''] of parts) {
        const unit = UNITS.find(([names]) => names.test(word));
        if (unit === undefined)
            return null;
        written += count + unit[1];
        seconds += Number(count) * unit[2];
    }
    return written.includes('.') ? durationText(seconds) : written;
}
/** Whole seconds as `1h30m`; null for anything but whole seconds. */
function durationText(seconds) {
    if (!Number.isSafeInteger(seconds))
        return null;
    let rest = seconds;
    let text = '';
    for (const [, unit, length] of UNITS) {
        const count = Math.floor(rest / length);
        if (count > 0)
            text += `${count}${unit}`;
        rest -= count * length;
    }
    return text;
}
/** A plain number of seconds, milliseconds since 1970, a moment without its offset, or a duration as above. */
function meantCreatedAfter(text) {
    if (/^\d{13}$/.test(text))
        return text.slice(0, -3);
    if (/^\d+$/.test(text))
        return `${text}s`;
    const moment = /^(\d{4}-\d{2}-\d{2})(?:[T ]\s*(\d{2}:\d{2}\S*?))?(?:\s*(?:Z|UTC|GMT))?$/i.exec(text);
    return moment === null ? meantDuration(text) : `${moment[1]}T${moment[2] ?? '00:00:00'}Z`;
}
/** The address with `https://` in front, without user info, query and fragment. */
function meantBaseUrl(text) {
    const rest = text
        .replace(/^(?:https?|ftp|wss?)?:?[\\/]+|^https?:/i, '')
        .replace(/[?#].*$/s, '')
        .replace(/^[^/]*@/, '');
    const address = `https://${rest}`;
    if (!URL.canParse(address))
        return null;
    const { hostname } = new URL(address);
    if (isLoopback(hostname))
        return `http://${rest}`;
    // A word alone is no address that anybody meant.
    return hostname.includes('.') ? address : null;
}
function meantApiVersion(text) {
    const version = /^v?([12])(?:\.0)*$/i.exec(text)?.[1];
    return version === undefined ? null : `v${version}`;
}
/** The commit id in a text that holds one, such as a link to the commit. */
function meantCommitSha(text) {
    return /[0-9a-f]{40,64}/i.exec(text)?.[0] ?? null;
}

;// CONCATENATED MODULE: ./build/inputs/fields.js




const MINUTE = 60;
const DAY = 86_400;
const LONGEST_LIST = 500;
const MOST_IMAGES = 20;
const LONGEST_NOTE = 100; // the API's own limit
/** Inputs that no text may show. */
const SECRET_INPUTS = ['api-key', 'registry-auth-id', 'github-token'];
/** Keeps the type of the row's values. */
function field(row) {
    return row;
}
/** An input that any text is good for; the rules across inputs judge it. */
const fields_text = field({ default: '', empty: '', parse: (value) => value, accepted: '' });
function list(parseItem, most, row) {
    return field({
        default: '',
        empty: [],
        parse: (value) => {
            const items = parseList(value)?.map(parseItem) ?? [null];
            const good = items.filter((item) => item !== null);
            return good.length === items.length && good.length <= most ? good : null;
        },
        badItem: (value) => parseList(value)?.find((item) => parseItem(item) === null),
        ...row,
    });
}
const idList = list(parseId, LONGEST_LIST, {
    accepted: `a list of at most ${LONGEST_LIST} ids, separated by commas or line breaks, such as a,b, or as a JSON array of strings, such as ["a","b"]`,
    meant: meantList,
});
const fields_boolean = (byDefault) => field({
    default: byDefault,
    empty: byDefault === 'true',
    parse: parseBoolean,
    accepted: 'true or false',
    meant: meantBoolean,
});
/** A duration in milliseconds; the limits are seconds. */
const duration = (byDefault, shortest, longest, range) => field({
    default: byDefault,
    empty: longest * 1000,
    parse: (value) => {
        const seconds = parseDuration(value);
        return seconds !== null && seconds >= shortest && seconds <= longest ? seconds * 1000 : null;
    },
    accepted: `a duration such as 90s, 15m, 1h30m or 2d, ${range}`,
    meant: meantDuration,
});
/** Every input, in the order of `action.yml`. */
const FIELDS = {
    'api-key': fields_text,
    image: list(parseImage, MOST_IMAGES, {
        accepted: `an image reference [host[:port]/]path[:tag][@digest] of at most ${LONGEST_REFERENCE} characters, such as team/pytorch:v2, or a list of up to ${MOST_IMAGES}`,
        meant: meantImages,
    }),
    note: field({
        default: '',
        empty: null,
        parse: (value) => ([...value].length <= LONGEST_NOTE ? value : null),
        accepted: `a note of at most ${LONGEST_NOTE} characters`,
    }),
    'task-ids': idList,
    'cluster-ids': idList,
    'product-ids': idList,
    'created-after': field({
        default: '',
        empty: null,
        parse: parseCreatedAfter,
        accepted: 'a time as ISO 8601 with Z or an offset, such as 2026-01-31T12:00:00Z, as Unix seconds from 1000000000 on, or a duration such as 900s or 15m',
        meant: meantCreatedAfter,
    }),
    require: field({
        default: 'all',
        empty: 'all',
        parse: parseRequirement,
        accepted: 'all, any or a whole number of at least 1',
        meant: (value) => value.toLowerCase(),
    }),
    'fail-fast': fields_boolean('true'),
    'allowed-results': field({
        default: 'succeeded',
        empty: new Set(['succeeded']),
        parse: (value) => {
            const results = parseList(value)?.map(parseAllowableResult) ?? [];
            const good = results.filter((result) => result !== null);
            // A warm image is green, whatever else is allowed.
            return good.length > 0 && good.length === results.length ? new Set(['succeeded', ...good]) : null;
        },
        accepted: `a list out of ${ALLOWABLE_RESULTS.join(', ')}`,
        meant: meantResults,
    }),
    timeout: duration('30m', 1, 5 * DAY, 'from 1s to 5d'),
    'appear-timeout': duration('2m', 0, 5 * DAY, 'from 0 to the value of timeout'),
    'poll-interval': duration('15s', 1, 10 * MINUTE, 'from 1s to 10m'),
    'request-timeout': duration('30s', 1, 5 * MINUTE, 'from 1s to 5m'),
    'base-url': field({
        default: 'https://api.ppinfra.com',
        empty: '',
        parse: parseBaseUrl,
        accepted: 'an https address (http only for a loopback address) without user info, query and fragment',
        meant: meantBaseUrl,
    }),
    'api-version': field({
        default: 'v1',
        empty: 'v1',
        parse: parseApiVersion,
        accepted: 'v1 or v2',
        meant: meantApiVersion,
    }),
    'create-missing': fields_boolean('false'),
    'registry-auth-id': fields_text,
    'recreate-failed': field({
        default: '0',
        empty: 0,
        parse: (value) => (/^[0-3]$/.test(value) ? Number(value) : null),
        accepted: 'a whole number from 0 to 3',
    }),
    'delete-superseded': fields_boolean('false'),
    'commit-status': field({
        default: '',
        empty: null,
        parse: (value) => (/^[^\p{Cc}]{1,200}$/u.test(value) ? value : null),
        accepted: 'a name of at most 200 characters on one line',
    }),
    'commit-sha': field({
        default: '',
        empty: null,
        parse: parseCommitSha,
        accepted: 'a full commit id of 40 or 64 hexadecimal digits',
        meant: meantCommitSha,
    }),
    'github-token': fields_text,
    summary: fields_boolean('true'),
};
const INPUT_NAMES = Object.keys(FIELDS);

;// CONCATENATED MODULE: ./build/inputs/inputs.js






/** Every input's default as text, as `action.yml` has it; empty where there is none, or only the runner knows it. */
const INPUT_DEFAULTS = Object.fromEntries(INPUT_NAMES.map((name) => [name, FIELDS[name].default]));
const LONGEST_KEY = 8_000;
const LONGEST_QUOTE = 80;
const LONGEST_EXAMINED = 2_000;
const MOST_NAMES = 10;
/**
 * Reads and checks every input.
 * @param get an input's text by its name; empty text means the default.
 * @param environment the names of all environment variables, in which misspelt inputs are found.
 * @returns the inputs, or all that is wrong with them.
 */
function parseInputs(get, environment = []) {
    const texts = textsFrom(get);
    const { values, bad, problems: badValues } = readFields(texts);
    const misspelt = misspeltInputs(texts, environment);
    const leaks = secretsInOtherInputs(texts);
    const problems = [
        ...misspelt.problems,
        ...problemsOfKey(texts),
        ...badValues,
        ...rulesAcross(values, texts, bad),
        ...leaks.problems,
    ];
    const canTellStatus = !leaks.isInStatus && !bad.has('commit-sha');
    const inputs = inputsFrom(values, texts, misspelt.notices);
    if (problems.length === 0)
        return inputs;
    const { apiKey, secrets, allowedResults, summary, commitStatus } = inputs;
    return {
        problems,
        apiKey,
        secrets,
        allowedResults,
        summary,
        commitStatus: canTellStatus ? commitStatus : null,
    };
}
function textsFrom(get) {
    const of = (name) => get(name).trim() || FIELDS[name].default;
    const redact = (0,build_redact/* redactor */.$)(...SECRET_INPUTS.map(of));
    const quote = (text) => JSON.stringify((0,build_text/* shorten */.ml)(withoutUserInfo(redact(text)), LONGEST_QUOTE));
    return { of, redact, quote };
}
function withoutUserInfo(text) {
    return text.replace(/\/\/[^/]*@/, '//***@');
}
/** Reads each input by itself; a bad one gets the value of an empty one. */
function readFields(texts) {
    const bad = new Set();
    const problems = [];
    const read = (name) => {
        const field = FIELDS[name];
        const text = texts.of(name);
        if (text === '')
            return field.empty;
        const value = field.parse(text);
        if (value !== null)
            return value;
        bad.add(name);
        problems.push(`${name}: ${texts.quote(text)} is not ${field.accepted}${hint(field, text, texts)}`);
        return field.empty;
    };
    const values = Object.fromEntries(INPUT_NAMES.map((name) => [name, read(name)]));
    return { values, bad, problems };
}
/** Which item of a list is bad, and which value was probably meant, where that can be told. */
function hint(field, text, { redact, quote }) {
    // A part of a secret, or one that was altered, could not be found any more.
    if (redact(text) !== text || text.length > LONGEST_EXAMINED)
        return '';
    const item = field.badItem?.(text);
    const place = item === undefined || item === text ? '' : `, because of ${quote(item)}`;
    const unquoted = withoutQuotes(text);
    const meant = [unquoted, field.meant?.(text), field.meant?.(unquoted)].find((candidate) => candidate && field.parse(candidate) !== null);
    return meant ? `${place} (did you mean ${quote(meant)}?)` : place;
}
/** Whether a header can carry the key, and whether it is the key alone. */
function problemsOfKey({ of }) {
    const key = of('api-key');
    if (key === '') {
        return [
            'api-key: is empty; check the name of the secret, and that this run can read it: a run for a fork or by Dependabot gets no Actions secrets, a secret of an environment needs "environment:" in the job, and a reusable workflow needs "secrets: inherit" from its caller',
        ];
    }
    if (/^(?:authorization:\s*)?bearer\s/i.test(key)) {
        return ['api-key: begins with "Bearer"; pass the key alone'];
    }
    if (/^[!-~]+$/.test(key) && key.length <= LONGEST_KEY)
        return [];
    return [
        `api-key: holds a line break, a blank or another character that no key has, or over ${LONGEST_KEY} characters; check how the secret was stored`,
    ];
}
/** What the variables for inputs name that no input has: the runner only warns about it. */
function misspeltInputs({ redact }, environment) {
    const known = new Set(INPUT_NAMES);
    const given = environment
        .filter((variable) => variable.startsWith('INPUT_'))
        .map((variable) => variable.slice('INPUT_'.length).toLowerCase());
    const unknown = [...new Set(given)].filter((name) => name !== '' && !known.has(name));
    const shown = (name) => (0,build_text/* shorten */.ml)(redact(name), LONGEST_QUOTE);
    const problems = [];
    const others = [];
    for (const name of unknown) {
        const meant = meantName(name, INPUT_NAMES);
        if (meant === null)
            others.push(shown(name));
        else
            problems.push(`${shown(name)}: is not an input of this action (did you mean ${meant}?)`);
    }
    const more = others.length > MOST_NAMES ? ` and ${others.length - MOST_NAMES} more` : '';
    const text = `Ignored, since this action has no such input: ${others.slice(0, MOST_NAMES).join(', ')}${more}`;
    const notices = others.length === 0 ? [] : [{ level: 'warning', text }];
    return { problems, notices };
}
/** What does not hold between inputs that are good by themselves. */
function rulesAcross(values, texts, bad) {
    const { of, quote } = texts;
    const problems = [];
    const isNone = (name) => values[name].length === 0 && !bad.has(name);
    if (isNone('image') && of('note') === '' && isNone('task-ids')) {
        problems.push('image, note, task-ids: all are empty; give at least one of them');
    }
    const ids = values['task-ids'].length;
    if (ids > 0 && typeof values.require === 'number' && values.require > ids) {
        problems.push(`require: ${quote(of('require'))} is more than the ${ids} listed in task-ids; lower it or list more`);
    }
    const isDefault = of('appear-timeout') === FIELDS['appear-timeout'].default;
    const isJudged = !bad.has('timeout') && !bad.has('appear-timeout');
    if (isJudged && !isDefault && values['appear-timeout'] > values.timeout) {
        problems.push(`appear-timeout: ${quote(of('appear-timeout'))} is not at most the timeout, ${quote(of('timeout'))}`);
    }
    if (!values['create-missing']) {
        if (values['recreate-failed'] > 0 && !bad.has('create-missing')) {
            problems.push(`recreate-failed: ${quote(of('recreate-failed'))} needs create-missing: true, since only then this step creates tasks`);
        }
        return problems;
    }
    if (isNone('cluster-ids')) {
        problems.push('create-missing: needs cluster-ids; list the clusters in which to create tasks');
    }
    if (isNone('image'))
        problems.push('create-missing: needs image; name the image to create tasks for');
    if (ids > 0) {
        problems.push('create-missing: cannot go with task-ids; leave one of them out');
    }
    for (const image of values.image) {
        const lacking = whatCreationLacks(image);
        if (lacking !== null) {
            problems.push(`image: ${quote(image.text)} is not enough for create-missing: it ${lacking}; write it in full, such as registry.example.com/team/pytorch:v2`);
        }
    }
    return problems;
}
/** Why a cluster could not pull the image as it is written, or would pull another; null when it can. */
function whatCreationLacks({ text, reference }) {
    const { host, path, tag, digest } = reference;
    const isNamed = host !== null || path.includes('/');
    const isPinned = tag !== null || digest !== null;
    if (isNamed && isPinned)
        return null;
    const resolved = resolveImage(text);
    const stranger = `has no registry, so that the cluster would pull ${resolved?.host}/${resolved?.path}`;
    if (isPinned)
        return stranger;
    const untold = 'has neither tag nor digest';
    return isNamed ? untold : `${untold} and ${stranger}`;
}
/** Inputs that hold a secret of another one: they are sent, shown or published. */
function secretsInOtherInputs({ of, redact }) {
    const key = of('api-key');
    const redactKey = (0,build_redact/* redactor */.$)(key);
    const holdingKey = INPUT_NAMES.filter((name) => name !== 'api-key' && of(name) !== redactKey(of(name)));
    const problems = holdingKey.map((name) => `${name}: holds the API key; keep the key in api-key alone`);
    const isInStatus = of('commit-status') !== redact(of('commit-status')); // a status is for everybody to see
    if (isInStatus && !holdingKey.includes('commit-status')) {
        problems.push('commit-status: holds registry-auth-id or github-token; choose another name');
    }
    return { problems, isInStatus: isInStatus || holdingKey.length > 0 };
}
function inputsFrom(values, texts, notices) {
    const apiKey = values['api-key'];
    const context = values['commit-status'];
    const isCreating = values['create-missing'];
    return {
        apiKey,
        images: distinctImages(values.image, isCreating),
        note: values.note,
        taskIds: values['task-ids'],
        clusterIds: values['cluster-ids'],
        productIds: values['product-ids'],
        createdAfter: values['created-after'],
        requirement: values.require,
        failFast: values['fail-fast'],
        allowedResults: values['allowed-results'],
        timeout: values.timeout,
        appearTimeout: Math.min(values['appear-timeout'], values.timeout),
        pollInterval: values['poll-interval'],
        requestTimeout: values['request-timeout'],
        baseUrl: values['base-url'],
        apiVersion: values['api-version'],
        createMissing: isCreating,
        recreateFailed: values['recreate-failed'],
        deleteSuperseded: values['delete-superseded'],
        registryAuthId: values['registry-auth-id'] || null,
        commitStatus: context === null ? null : { context, sha: values['commit-sha'], token: values['github-token'] },
        secrets: SECRET_INPUTS.map((name) => values[name]).filter((secret) => secret !== '' && secret !== apiKey),
        summary: values.summary,
        notices: [...notices, ...noticesOf(values, texts)],
    };
}
/** Drops images that mean the same as an earlier one; where tasks are created, also those that name the same image. */
function distinctImages(images, isCreating) {
    const meaning = ({ text, reference }) => JSON.stringify(isCreating ? resolveImage(text) : reference);
    const distinct = new Map();
    for (const image of images) {
        if (!distinct.has(meaning(image)))
            distinct.set(meaning(image), image);
    }
    return [...distinct.values()];
}
function noticesOf(values, { of, quote }) {
    const notices = [];
    const written = parseList(of('image')) ?? [];
    const shouted = written.filter((text, index) => text !== values.image[index]?.text);
    if (shouted.length > 0) {
        const text = `Capitals in image are read as small letters, since no path has any: ${shouted.map(quote).join(', ')}`;
        notices.push({ level: 'info', text });
    }
    if (values['registry-auth-id'] !== '' && !values['create-missing']) {
        const text = 'registry-auth-id has no effect without create-missing: true';
        notices.push({ level: 'warning', text });
    }
    return notices;
}

;// CONCATENATED MODULE: ./build/report/escape.js
// C0, DEL and C1 controls, marks that reorder or hide text, line and paragraph separators, tags, lone surrogates.
const UNSEEN = /[\p{Cc}\p{Cs}\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
const SHORT_ESCAPES = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
function escapeOf(character) {
    return SHORT_ESCAPES[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
/**
 * One line that a runner prints and never obeys, whatever text went into it: what cannot be seen is shown as an
 * escape, and neither `::` at the start nor `##[` anywhere is left for the runner to take as a command.
 * Source: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
function oneLine(text) {
    return text
        .replace(UNSEEN, escapeOf)
        .replaceAll('##[', '#\\u{23}[')
        .replace(/^(\s*):(?=:)/, '$1\\u{3a}');
}
// Letters, digits and the punctuation that starts no mark-up; `://` and `www.` would become links.
const MARKUP = /[^\p{L}\p{M}\p{N} .,;:()/+=%-]|:(?=\/)|(?<=www)\./giu;
/**
 * The text as inline code for a Markdown or HTML context, table cells included: whatever could be mark-up is an entity,
 * and inside code the renderer makes no mention, reference or emoji of it.
 */
function inlineCode(text) {
    return text === '' ? '' : codeOf(oneLine(text));
}
function codeOf(line) {
    const entities = line.replace(MARKUP, (character) => `&#${character.codePointAt(0)};`);
    return `<code>${entities}</code>`;
}
// Letters and digits with plain punctuation between them.
const PLAIN_WORD = /^(?:[\p{L}\p{M}\p{N}]+(?:[-.,'\u2019][\p{L}\p{M}\p{N}]+)*%?|[\u2192\u2013\u2014])$/u;
// What becomes a link, or a reference to an issue or a commit, all the same.
const LINKED_WORD = /www\.|-\d|\b[0-9a-f]{7,}\b/i;
const LIST_NUMBER = /^\d+[.)]/;
/**
 * A sentence for a Markdown context, table cells included: plain words stay text, every other word becomes inline code,
 * so that nothing is left that a renderer could take for mark-up, a link, a mention, a reference or an emoji.
 */
function prose(text) {
    const words = oneLine(text)
        .split(' ')
        .filter((word) => word !== '');
    return words.map((word, index) => proseWord(word, index === 0)).join(' ');
}
function proseWord(word, isFirst) {
    const [, before = '', core = '', after = ''] = /^(["'(]*)(.*?)([)"'.,;:!?\u2026]*)$/u.exec(word) ?? [];
    if (core === '')
        return codeOf(word);
    const isPlain = PLAIN_WORD.test(core) && !LINKED_WORD.test(core) && !(isFirst && LIST_NUMBER.test(word));
    return `${before}${isPlain ? core : codeOf(core)}${after}`;
}
// A colon ends a name; `#\u2026;`, `%%`, `<br>`, `\ufb02\u00b0` and `\u00b6\u00df` are entities, directives, line breaks, and what mermaid encodes
// entities as; `C4Container` and its kin anywhere in the text turn every chart into another kind of diagram.
const MERMAID = /[:;#%<>\ufb02\u00b6]|(?<=C)4(?=[CD])/g;
const LOOK_ALIKES = {
    ':': '\u2236',
    ';': '\uff1b',
    '#': '\uff03',
    '%': '\uff05',
    '<': '\uff1c',
    '>': '\uff1e',
    \ufb02: 'fl',
    '\u00b6': '\u204b',
    '4': '\uff14',
};
/**
 * The text for use inside a line of a mermaid chart, after a word that the chart's writer put there: one line, with a
 * look-alike for whatever mermaid's grammar or its preprocessing would take as its own. Entities would be exact, but
 * mermaid measures a label before it decodes them, and a page that does not draw the chart shows them as they are.
 */
function mermaidText(text) {
    return oneLine(text).replace(MERMAID, (character) => LOOK_ALIKES[character] ?? character);
}

;// CONCATENATED MODULE: ./node_modules/pretty-bytes/index.js
const BYTE_UNITS = [
	'B',
	'kB',
	'MB',
	'GB',
	'TB',
	'PB',
	'EB',
	'ZB',
	'YB',
];

const BIBYTE_UNITS = [
	'B',
	'KiB',
	'MiB',
	'GiB',
	'TiB',
	'PiB',
	'EiB',
	'ZiB',
	'YiB',
];

const BIT_UNITS = [
	'b',
	'kbit',
	'Mbit',
	'Gbit',
	'Tbit',
	'Pbit',
	'Ebit',
	'Zbit',
	'Ybit',
];

const BIBIT_UNITS = [
	'b',
	'kibit',
	'Mibit',
	'Gibit',
	'Tibit',
	'Pibit',
	'Eibit',
	'Zibit',
	'Yibit',
];

// Indexed by `bits` and then `binary`, so the four unit systems are picked in one step.
const UNIT_SETS = [BYTE_UNITS, BIBYTE_UNITS, BIT_UNITS, BIBIT_UNITS];

/*
`Number#toString` switches to exponential notation outside the range [1e-6, 1e21) and `Intl.NumberFormat` drops every fraction digit past the 100 it accepts.
Byte counts read as plain decimal numbers, so both losses are undone here. Expects a finite, non-negative number.
*/
const toDecimalString = number => {
	if (number >= 1e-6 && number < 1e21) {
		return String(number);
	}

	const [mantissa, exponentString] = number.toExponential().split('e');
	const digits = mantissa.replace('.', '');
	const pointPosition = Number(exponentString) + 1;
	const isPositive = pointPosition > 0;
	const padded = isPositive ? digits.padEnd(pointPosition, '0') : '0'.repeat(1 - pointPosition) + digits;
	const integerPart = padded.slice(0, isPositive ? pointPosition : 1);
	const fractionPart = padded.slice(isPositive ? pointPosition : 1).replace(/0+$/, '');

	return fractionPart ? `${integerPart}.${fractionPart}` : integerPart;
};

/*
Formats the given number using `Number#toLocaleString`.
- If locale is a string or array, the value is expected to be a BCP 47 language tag or list of language tags (for example: `de`).
- If locale is true, the system default locale is used for translation.
- If locale is false or unspecified, formatting options are applied without localization; without options, the number is written out as plain digits.
*/
const toLocaleString = (number, locale, options) => {
	if (typeof locale === 'string' || Array.isArray(locale) || locale === true) {
		const locales = locale === true ? undefined : locale;

		if (options !== undefined) {
			return number.toLocaleString(locales, options);
		}

		// `Intl.NumberFormat` limits itself to 3 *fraction* digits while the default here is 3 *significant* digits, so the limit comes from the value.
		const text = toDecimalString(number);
		const pointIndex = text.indexOf('.');
		const maximumFractionDigits = pointIndex === -1 ? 0 : text.length - pointIndex - 1;

		// `Intl.NumberFormat` accepts at most 100 fraction digits. Rounding to 3 significant digits only needs more than that for absurdly small values, which are written out as plain digits instead.
		if (maximumFractionDigits > 100) {
			return text;
		}

		return number.toLocaleString(locales, {maximumFractionDigits});
	}

	if (options === undefined) {
		return toDecimalString(number);
	}

	return number.toLocaleString('en-US', {...options, useGrouping: false});
};

const log10 = numberOrBigInt => {
	if (typeof numberOrBigInt === 'number') {
		return Math.log10(numberOrBigInt);
	}

	const string = numberOrBigInt.toString(10);

	// A `number` only holds about 15 significant digits, so the remaining digits cannot move the magnitude. The result can still land exactly on a unit boundary, which the caller corrects for.
	return string.length + Math.log10(`0.${string.slice(0, 15)}`);
};

const log = numberOrBigInt => {
	if (typeof numberOrBigInt === 'number') {
		return Math.log(numberOrBigInt);
	}

	return log10(numberOrBigInt) * Math.log(10);
};

/*
A `bigint` that a `number` can hold exactly is divided the same way, so the output never depends on which type it was given as.
`floor(a / b) + (a % b) / b` is a different double than `a / b`, which flips the rounding at ties like 1805 bytes.
*/
const divide = (numberOrBigInt, base, exponent) => {
	const divisor = base ** exponent;

	if (typeof numberOrBigInt === 'number' || numberOrBigInt <= Number.MAX_SAFE_INTEGER) {
		return Number(numberOrBigInt) / divisor;
	}

	// `divisor` is not exact for every unit, as `1000 ** 8` is not `1e24`, so the exact divisor is rebuilt from the base and the exponent.
	const bigintDivisor = BigInt(base) ** BigInt(exponent);
	const integerPart = numberOrBigInt / bigintDivisor;
	const remainder = numberOrBigInt % bigintDivisor;

	return Number(integerPart) + (Number(remainder) / divisor);
};

/*
The plain decimal digits of a scaled value that no `number` can hold. `Intl.NumberFormat` is not involved, so the output carries no grouping or localized separator, the same as the fallback for a value with more fraction digits than it accepts.
*/
const toUnrepresentableString = (number, base, exponent, localeOptions) => {
	const scale = BigInt(base) ** BigInt(exponent);
	const whole = number / scale;

	// The 3 significant digit default never bites here: it only ever rounds to at least as many digits as the value has integers, and this one has far more than 3.
	if (localeOptions === undefined) {
		return whole.toString();
	}

	// The fraction digit options take over from that default, so the integer part stays exact and the fraction is truncated.
	const minimumFractionDigits = localeOptions.minimumFractionDigits ?? 0;
	const maximumFractionDigits = Math.max(localeOptions.maximumFractionDigits ?? 3, minimumFractionDigits);
	const truncated = ((number % scale) * (10n ** BigInt(maximumFractionDigits)) / scale).toString().padStart(maximumFractionDigits, '0');
	const fraction = truncated.replace(/0+$/, '').padEnd(minimumFractionDigits, '0');

	return fraction ? `${whole}.${fraction}` : whole.toString();
};

/*
The sign to print in front of the number. A difference of exactly zero gets a space instead of a plus sign, for better alignment. `0 === 0n` is `false`, so both are compared.
*/
const signOf = (number, signed) => {
	if (number < 0) {
		return '-';
	}

	if (!signed) {
		return '';
	}

	return number === 0 || number === 0n ? ' ' : '+';
};

const assertFixedWidth = fixedWidth => {
	if (fixedWidth !== undefined && (typeof fixedWidth !== 'number' || !Number.isSafeInteger(fixedWidth) || fixedWidth < 0)) {
		throw new TypeError(`Expected fixedWidth to be a non-negative integer, got ${typeof fixedWidth}: ${fixedWidth}`);
	}
};

/*
`Intl.NumberFormat` silently truncates non-integers, so they are rejected here instead of quietly changing the output.
*/
const assertFractionDigits = (name, value) => {
	if (value !== undefined && (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 100)) {
		throw new TypeError(`Expected ${name} to be an integer between 0 and 100, got ${typeof value}: ${value}`);
	}
};

const buildLocaleOptions = options => {
	const {minimumFractionDigits, maximumFractionDigits} = options;

	if (minimumFractionDigits === undefined && maximumFractionDigits === undefined) {
		return undefined;
	}

	assertFractionDigits('minimumFractionDigits', minimumFractionDigits);
	assertFractionDigits('maximumFractionDigits', maximumFractionDigits);

	// Checked here rather than left to `Intl.NumberFormat`, which is skipped for a value past the number range.
	if (minimumFractionDigits > maximumFractionDigits) {
		throw new RangeError(`Expected minimumFractionDigits (${minimumFractionDigits}) to not be greater than maximumFractionDigits (${maximumFractionDigits})`);
	}

	return {
		...(minimumFractionDigits !== undefined && {minimumFractionDigits}),
		...(maximumFractionDigits !== undefined && {maximumFractionDigits}),
		roundingMode: 'trunc',
	};
};

function prettyBytes(number, options) {
	if (typeof number !== 'bigint' && !Number.isFinite(number)) {
		throw new TypeError(`Expected a finite number, got ${typeof number}: ${number}`);
	}

	options = {
		bits: false,
		binary: false,
		space: true,
		nonBreakingSpace: false,
		...options,
	};

	assertFixedWidth(options.fixedWidth);
	const localeOptions = buildLocaleOptions(options);

	// Indexed by `bits` then `binary`, so the four combinations line up in one table.
	const UNITS = UNIT_SETS[(options.bits ? 2 : 0) + (options.binary ? 1 : 0)];

	const separator = options.space ? (options.nonBreakingSpace ? '\u00A0' : ' ') : '';

	// Normalize `-0` to `0` so it never formats as `-0`.
	if (Object.is(number, -0)) {
		number = 0;
	}

	const prefix = signOf(number, options.signed);

	if (number < 0) {
		number = -number;
	}

	const base = options.binary ? 1024 : 1000;

	let exponent = 0;
	if (number >= 1) {
		exponent = Math.min(Math.floor(options.binary ? log(number) / Math.log(base) : log10(number) / 3), UNITS.length - 1);
	}

	// A `number` always scales down to something a `number` can hold, and a `bigint` stops being able to once the quotient passes `Number.MAX_VALUE`, where `divide` overflows to `Infinity` and the exact quotient is formatted instead.
	const scaled = divide(number, base, exponent);

	let numberString;
	if (Number.isFinite(scaled)) {
		number = scaled;

		// A value that sits just below a unit boundary, like `999999999999999` bytes, has a `log10` that rounds up to the boundary itself, so the exponent has to be corrected back.
		if (number < 1 && exponent > 0) {
			number *= base;
			exponent -= 1;
		}

		if (!localeOptions) {
			const minimumPrecision = Math.max(3, Math.floor(number).toString().length);
			number = Number(number.toPrecision(minimumPrecision));

			if (number >= base && exponent < UNITS.length - 1) {
				number /= base;
				exponent += 1;
			}
		}

		numberString = toLocaleString(number, options.locale, localeOptions);
	} else {
		// The scaled value is past what a `number` can hold, so the exact quotient is written out instead.
		numberString = toUnrepresentableString(number, base, exponent, localeOptions);
	}

	const result = prefix + numberString + separator + UNITS[exponent];
	return result.padStart(options.fixedWidth ?? 0);
}

;// CONCATENATED MODULE: ./node_modules/pretty-ms/index.js
const isZero = value => value === 0 || value === 0n;
const pluralize = (word, count) => (count === 1 || count === 1n) ? word : `${word}s`;

const ONE_SECOND_IN_MILLISECONDS = 1000n;
const ONE_MINUTE_IN_MILLISECONDS = 60n * ONE_SECOND_IN_MILLISECONDS;
const ONE_HOUR_IN_MILLISECONDS = 60n * ONE_MINUTE_IN_MILLISECONDS;
const ONE_DAY_IN_MILLISECONDS = 24n * ONE_HOUR_IN_MILLISECONDS;
const MAX_DECIMAL_DIGITS = 100; // The same limit as `Number#toFixed()`, which keeps the output a sensible size.

// A negative or fractional count is not a digit count, and a `NaN` count would leak into the output as `NaN`.
const decimalDigits = (value, defaultValue) => typeof value === 'number' && !Number.isNaN(value)
	? Math.min(Math.max(Math.trunc(value), 0), MAX_DECIMAL_DIGITS)
	: defaultValue;

// The duration as the exact fraction `value / scale` milliseconds, so every field can be derived with exact BigInt arithmetic.
// An integer is exact at any size, including a number past the safe range. A fractional number is rounded to 15 significant digits, counting the whole duration, as that is all the precision a double has. This turns float noise back into the intended value: `0.57 * 100_000` is `56999.99999999999`, which is read as `57000`, and `999.9999999999999` is read as `1000`. Digits past the 15th are rounded away, so they are not exact.
const toExactMilliseconds = milliseconds => {
	// eslint-disable-next-line unicorn/prefer-number-is-safe-integer -- An integer past the safe range is still exact.
	if (typeof milliseconds === 'bigint' || Number.isInteger(milliseconds)) {
		return {value: BigInt(milliseconds), scale: 1n};
	}

	const [significand, exponent = '0'] = milliseconds.toPrecision(15).split('e', 2);
	const [whole, fraction = ''] = significand.split('.', 2);
	const digits = BigInt(whole + fraction);
	const decimals = fraction.length - Number(exponent);

	// From `1e15` up, the 15 digits end before the decimal point, so the exponent is positive. The fraction is then dropped and the duration is rounded to the nearest 10 milliseconds. A number from `2 ** 52` up is always an integer, so this only applies below that.
	return decimals < 0
		? {value: digits * (10n ** BigInt(-decimals)), scale: 1n}
		: {value: digits, scale: 10n ** BigInt(decimals)};
};

// Places the decimal point in a count of steps of `10 ** -digits`.
const formatSteps = (steps, digits) => {
	if (digits === 0) {
		return String(steps);
	}

	const padded = String(steps).padStart(digits + 1, '0');
	return `${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
};

function prettyMilliseconds(milliseconds, options) {
	const isBigInt = typeof milliseconds === 'bigint';
	if (!isBigInt && !Number.isFinite(milliseconds)) {
		throw new TypeError('Expected a finite number or bigint');
	}

	options = {...options};

	const sign = milliseconds < 0 ? '-' : '';
	// eslint-disable-next-line unicorn/prefer-math-abs -- `Math.abs()` throws on a bigint, and the bigint path reaches here.
	milliseconds = milliseconds < 0 ? -milliseconds : milliseconds; // Cannot use `Math.abs()` because of BigInt support.

	if (options.colonNotation) {
		options.compact = false;
		options.formatSubMilliseconds = false;
		options.separateMilliseconds = false;
		options.verbose = false;
		// Dropping a field from the right would change what the remaining fields mean: `1:01:01` would become `1:01`, which reads as 1 minute.
		options.unitCount = undefined;
	}

	if (options.compact) {
		options.unitCount = 1;
		options.secondsDecimalDigits = 0;
		options.millisecondsDecimalDigits = 0;
	}

	let result = [];

	const add = (value, long, short, valueString) => {
		// Colon notation always shows the minutes, and the hours too when the seconds are hidden, so the last fields read as `m:ss`, or as `h:mm` without the seconds. A duration under a minute keeps its seconds, so it reads as `h:mm:ss` there.
		const isAlwaysShown = options.colonNotation && (short === 'm' || (short === 'h' && options.hideSeconds));

		if (
			!isAlwaysShown
			&& (result.length === 0 || !options.colonNotation)
			&& isZero(value)) {
			return;
		}

		valueString ??= String(value);
		if (options.colonNotation) {
			const wholeDigits = valueString.includes('.') ? valueString.split('.', 1)[0].length : valueString.length;
			// The first field is not padded. The days after a year go up to 364, so they get 3 digits to keep the width.
			let minLength = 1;
			if (result.length > 0) {
				minLength = short === 'd' ? 3 : 2;
			}

			valueString = '0'.repeat(Math.max(0, minLength - wholeDigits)) + valueString;
		} else {
			valueString += options.verbose ? ' ' + pluralize(long, value) : short;
		}

		result.push(valueString);
	};

	const {value, scale} = toExactMilliseconds(milliseconds);
	const second = ONE_SECOND_IN_MILLISECONDS * scale;
	const minute = ONE_MINUTE_IN_MILLISECONDS * scale;
	const hour = ONE_HOUR_IN_MILLISECONDS * scale;
	const day = ONE_DAY_IN_MILLISECONDS * scale;

	// The days, hours, minutes, seconds, and sub-millisecond fields are floored from the exact value, so none of them can round up into the next unit. Only the milliseconds, when they are the last unit, are rounded (see below).
	const days = value / day;
	const hoursWithinDay = (value % day) / hour;
	const minutesWithinHour = (value % hour) / minute;

	if (options.hideYearAndDays) {
		add((days * 24n) + hoursWithinDay, 'hour', 'h');
	} else {
		if (options.hideYear) {
			add(days, 'day', 'd');
		} else {
			add(days / 365n, 'year', 'y');
			add(days % 365n, 'day', 'd');
		}

		add(hoursWithinDay, 'hour', 'h');
	}

	add(minutesWithinHour, 'minute', 'm');

	const secondsDecimalDigits = decimalDigits(options.secondsDecimalDigits, 1);
	const secondsStepsPerSecond = 10n ** BigInt(secondsDecimalDigits);

	// A duration under a minute has no coarser field, so hiding the seconds would leave nothing to carry its value.
	const hideSeconds = options.hideSeconds && value >= minute;

	// `subSecondsAsDecimals` moves the value into the seconds field, so it only applies when that field is rendered and can represent the value, at least one step of the seconds digits. Otherwise the value is lost.
	const canShowAsDecimalSeconds = options.subSecondsAsDecimals
		&& !hideSeconds
		&& value * secondsStepsPerSecond >= second;

	if (!hideSeconds) {
		const withinMinute = value % minute;

		if (
			options.separateMilliseconds
			|| options.formatSubMilliseconds
			|| (!canShowAsDecimalSeconds && !options.colonNotation && value < second)
		) {
			add(withinMinute / second, 'second', 's');

			if (options.formatSubMilliseconds) {
				// Floored to whole nanoseconds, the smallest unit shown. `formatSubMilliseconds` shows these as they are, so a duration under 1 nanosecond is `0ms` there.
				const subMillisecondNanoseconds = ((value % scale) * 1_000_000n) / scale;

				add((value % second) / scale, 'millisecond', 'ms');
				add(subMillisecondNanoseconds / 1000n, 'microsecond', '\u00b5s');
				add(subMillisecondNanoseconds % 1000n, 'nanosecond', 'ns');
			} else {
				const millisecondsDecimalDigits
					= decimalDigits(options.millisecondsDecimalDigits, 0);
				const stepsPerMillisecond = 10n ** BigInt(millisecondsDecimalDigits);

				// Rounded half up in exact steps of the last digit, as a float sum of the parts can land a midpoint like `1.005` below it.
				let steps = ((2n * (value % second) * stepsPerMillisecond) + scale) / (2n * scale);

				// Under a second, the zero field is dropped entirely, so a nonzero duration is clamped to the smallest representable value instead of rounding down onto it. From a second up, the seconds field carries the value, so the milliseconds round normally.
				if (steps === 0n && value > 0n && value < second) {
					steps = 1n;
				}

				// The milliseconds are rounded, not floored, but never up to a full second, which would need the seconds field.
				const maximumSteps = (1000n * stepsPerMillisecond) - 1n;
				if (steps > maximumSteps) {
					steps = maximumSteps;
				}

				const millisecondsString = formatSteps(steps, millisecondsDecimalDigits);

				add(
					Number(millisecondsString),
					'millisecond',
					'ms',
					millisecondsString,
				);
			}
		} else {
			// Floored to the digit count, so the seconds never round up into the next step, or to `60s`.
			const secondsFixed = formatSteps((withinMinute * secondsStepsPerSecond) / second, secondsDecimalDigits);
			const secondsString = options.keepDecimalsOnWholeSeconds
				? secondsFixed
				: secondsFixed.replace(/\.0+$/v, '');
			add(Number(secondsString), 'second', 's', secondsString);
		}
	}

	const separator = options.colonNotation ? ':' : ' ';
	if (typeof options.unitCount === 'number') {
		// `Math.max()` propagates `NaN`, and `slice(0, NaN)` is an empty slice, which would drop every unit.
		result = result.slice(0, Math.max(options.unitCount, 1) || Infinity);
	}

	const output = result.length === 0
		? '0' + (options.verbose ? ' milliseconds' : 'ms')
		: result.join(separator);

	// Rounding can leave nothing but zeros behind, and a signed zero reads as a negative duration.
	return /[1-9]/v.test(output) ? sign + output : output;
}

// EXTERNAL MODULE: ./build/tasks/task.js
var tasks_task = __nccwpck_require__(6717);
;// CONCATENATED MODULE: ./build/report/format.js






const LONGEST_NAME = 120;
const LONGEST_REASON = 200;
const format_LONGEST_LIST = 300;
const LONGEST_MARKED_LIST = 10_000; // bytes of Markdown
const [format_MINUTE, HOUR, format_DAY, YEAR] = [60, 3_600, 86_400, 365 * 86_400];
/** `1m30s`, `2d3h`: whole seconds in the largest unit and the one below it. */
function format_duration(milliseconds) {
    const seconds = Math.max(0, Math.round(milliseconds / 1000));
    if (seconds === 0)
        return '0s';
    // A smaller unit would read as if nothing were left out: 1d54m.
    const finest = seconds >= YEAR ? format_DAY : seconds >= format_DAY ? HOUR : seconds >= HOUR ? format_MINUTE : 1;
    return prettyMilliseconds((seconds - (seconds % finest)) * 1000, { unitCount: 2 }).replaceAll(' ', '');
}
/** `6.76 GB`; empty while the size is not known. */
function size(task) {
    return task.imageSize === null ? '' : prettyBytes(task.imageSize);
}
/** `1 poll`, `2 polls`. */
function count(number, noun) {
    return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
/** The text as the start of a sentence. */
function capitalised(text) {
    return text.charAt(0).toUpperCase() + text.slice(1);
}
/** A name from elsewhere, short and on one line. */
function format_name(text) {
    return (0,build_text/* shorten */.ml)(oneLine(text.slice(0, LONGEST_NAME + 1)), LONGEST_NAME);
}
/** `cluster c1`, `clusters c1, c2`: names from elsewhere, each as `show` gives it. */
function named(noun, items, show = format_name) {
    const longest = show === format_name ? format_LONGEST_LIST : LONGEST_MARKED_LIST;
    return `${noun}${items.length === 1 ? '' : 's'} ${joinWithin(items, ', ', longest, show)}`;
}
/** As many of the items as fit into so many characters, the first one always, and how many more there are. */
function joinWithin(items, separator, longest, show = (item) => item) {
    let text = '';
    for (const [index, item] of items.entries()) {
        const grown = index === 0 ? show(item) : `${text}${separator}${show(item)}`;
        if (grown.length > longest && index > 0)
            return `${text}${separator}and ${items.length - index} more`;
        text = grown;
    }
    return text;
}
/** The tasks in a phase. */
function inPhase(tasks, phase) {
    return tasks.filter((task) => (0,tasks_task/* phaseOf */.hU)(task.state) === phase);
}
/** A task's image: as the inputs name it where they name several, else the last part of its address. */
function format_image(task, wanted) {
    const resolved = wanted.length > 1 ? resolveImage(task.imageUrl) : null;
    const match = resolved && wanted.find(({ reference }) => differingPart(reference, resolved) === null);
    const lastPart = task.imageUrl.slice(task.imageUrl.lastIndexOf('/') + 1);
    return format_name(match?.text ?? (lastPart.trim() || task.imageName.trim())) || 'an unnamed image';
}
/** Whether tasks have to be named with their images. */
function hasSeveralImages(tasks, wanted) {
    return wanted.length > 1 || new Set(tasks.map((task) => task.imageUrl)).size > 1;
}
/** A task's cluster and products, after its image where that is not clear: `pytorch:v2 in c1 [p1]`. */
function format_place(task, image) {
    const products = task.products.map(({ productId }) => productId).join(', ');
    const cluster = `${format_name(task.clusterId)}${products === '' ? '' : ` [${format_name(products)}]`}`;
    return image === null ? cluster : `${image} in ${cluster}`;
}
/** The same of a task that is to be created, or may have been. */
function orderedPlace({ image, clusterId }) {
    return image === undefined ? format_name(clusterId) : `${format_name(image)} in ${format_name(clusterId)}`;
}
/** A task's state; in the API's own word where this action has none for it. `Unknown` is a task that was not listed. */
function format_state({ state, reportedState }) {
    if (state === 'Deleted')
        return 'Deleted (gone from the listing)';
    if (state !== 'Unknown')
        return state;
    return (0,tasks_task/* stateFrom */.mh)(reportedState) === 'Unknown' ? format_name(reportedState) || state : 'not in the last listing';
}
function format_reasons(task) {
    return (0,build_text/* shorten */.ml)(oneLine(task.reasons.join('; ').slice(0, LONGEST_REASON + 1)), LONGEST_REASON);
}
/** How long ago the task was created; `null` when it does not say. */
function format_age(task, serverNow) {
    return task.createTime === null ? null : format_duration(serverNow - task.createTime * 1000);
}
/** What is waited for, as the subject of a sentence. */
function subject({ images, note, taskIds }) {
    const texts = images.map(({ text }) => format_name(text));
    const last = texts.at(-1) ?? '';
    const all = texts.length > 1 ? `${texts.slice(0, -1).join(', ')} and ${last}` : last;
    const details = [
        ...(note === null ? [] : [`note ${JSON.stringify(format_name(note))}`]),
        ...(taskIds.length === 0 ? [] : [named(texts.length === 0 ? 'task' : 'task id', taskIds)]),
    ];
    if (texts.length > 0) {
        const fitting = all.length <= format_LONGEST_LIST ? all : count(texts.length, 'image');
        return {
            text: [fitting, ...details].join(' with '),
            isImage: true,
            isPlural: texts.length > 1,
        };
    }
    const isById = taskIds.length > 0;
    const text = isById ? details.toReversed().join(' with ') : `the tasks with ${details.join('')}`;
    return { text, isImage: false, isPlural: taskIds.length !== 1 };
}
/** What is waited for and where, as its selectors name it. */
function target(inputs) {
    const { clusterIds } = inputs;
    const where = clusterIds.length === 0 ? [] : [`in ${named('cluster', clusterIds)}`];
    return [`${subject(inputs).text}${forProducts(inputs)}`, ...where].join(' ');
}
/** ` for product p1`, to follow what is waited for. */
function forProducts({ productIds }) {
    return productIds.length === 0 ? '' : ` for ${named('product', productIds)}`;
}
/** What is absent: a clause for the task ids, and one for each image and product with its clusters. */
function absences(absent, show = format_name) {
    const ids = absent.flatMap(({ taskId }) => taskId ?? []);
    const clusters = new Map();
    for (const { taskId, image, productId, clusterId } of absent) {
        if (taskId !== undefined)
            continue;
        const ofImage = image === undefined ? '' : ` of ${show(image)}`;
        const forProduct = productId === undefined ? '' : ` for product ${show(productId)}`;
        const what = `no task${ofImage}${forProduct}`;
        const known = clusters.get(what) ?? [];
        clusters.set(what, clusterId === undefined ? known : [...known, clusterId]);
    }
    const places = [...clusters].map(([what, found]) => found.length === 0 ? what : `${what} in ${named('cluster', found, show)}`);
    return [...(ids.length === 0 ? [] : [`${named('task', ids, show)} not found`]), ...places];
}

;// CONCATENATED MODULE: ./build/report/log.js



const LONGEST_HEARTBEAT = 1_500;
const LONGEST_PROBLEM = 500;
// A step shows at most ten annotations of a kind, and the wait, the outputs and the status have warnings of their own.
const MOST_NOTICES_AS_WARNINGS = 5;
/** The first lines of a wait: for what, where and for how long, and what is to be known of the inputs. */
function openingLines(inputs) {
    const { requirement, clusterIds, taskIds, createMissing, recreateFailed, deleteSuperseded } = inputs;
    const where = clusterIds.length > 0 || taskIds.length > 0
        ? ''
        : ' in those clusters only that have a task now (no cluster-ids given)';
    const clauses = [
        requirement === 'all' ? 'every task must succeed' : `${count(requirement, 'task')} must succeed`,
        ...(createMissing ? ['a listed cluster without a task gets one'] : []),
        ...(recreateFailed > 0
            ? [`a task that fails is created anew up to ${count(recreateFailed, 'time')}`]
            : []),
        ...(deleteSuperseded ? ['superseded tasks are deleted'] : []),
    ];
    const text = `Waiting for ${target(inputs)}${where} at ${inputs.baseUrl} for up to ${format_duration(inputs.timeout)}; ${clauses.join('; ')}`;
    const warnings = inputs.notices.filter(({ level }) => level === 'warning');
    const levelOf = (notice) => warnings.indexOf(notice) < MOST_NOTICES_AS_WARNINGS ? notice.level : 'info';
    return [log_info(text), ...inputs.notices.map((notice) => ({ level: levelOf(notice), text: notice.text }))];
}
/** Turns what happens while waiting into log lines. Remembers what it need not say again. */
class WaitLog {
    #inputs;
    #warned = new Set();
    /** The tasks that the latest listing lacks, with the states that they had. */
    #unlisted = new Map();
    #firstAddress = null;
    #lastProblem = null;
    constructor(inputs) {
        this.#inputs = inputs;
    }
    /** The lines for an event; most polls of a calm wait have none. */
    linesFor(event) {
        switch (event.type) {
            case 'changed':
                return [
                    ...this.#unknownState(event.changes),
                    ...event.changes.map((change) => log_info(this.#changeLine(change, event.serverNow))),
                ];
            case 'absent':
                return [log_info(absentLine(event))];
            case 'poll-failed':
                return this.#failedPoll(event);
            case 'recovered':
                this.#lastProblem = null;
                return [log_info(`The API answers again, after ${count(event.failedPolls, 'failed poll')}`)];
            case 'created':
                return [log_info(`${orderedPlace(event.place)}: created task ${format_name(event.taskId)}`)];
            case 'creation-failed':
                return [log_info(creationFailed(event))];
            case 'attempt-failed':
                return [log_info(this.#failedAttempt(event))];
            case 'deleted':
                return event.tasks.map((task) => log_info(`${placeWithImage(task)}: deleted superseded task ${format_name(task.id)}`));
            case 'deletion-failed': {
                const ids = named('superseded task', event.tasks.map(({ id }) => id));
                const text = `Could not delete ${ids}: ${(0,build_text/* shorten */.ml)(event.problem, LONGEST_PROBLEM)}; the result stays as it is`;
                return [{ level: this.#warnOnce('deletion'), text }];
            }
            case 'heartbeat':
                return [log_info(this.#heartbeat(event))];
        }
    }
    #failedPoll({ problem, delay }) {
        const isRepeated = problem === this.#lastProblem;
        this.#lastProblem = problem;
        if (isRepeated)
            return [];
        return [
            log_info(`A poll failed, the next is in ${format_duration(delay)}: ${(0,build_text/* shorten */.ml)(problem, LONGEST_PROBLEM)}`),
        ];
    }
    #failedAttempt({ task, attempt, of, delay }) {
        const again = `it is created anew in ${format_duration(delay)}, attempt ${attempt} of ${of}`;
        return `${this.#place(task)}: task ${format_name(task.id)} failed${inBrackets(format_reasons(task))}; ${again}`;
    }
    #warnOnce(kind) {
        if (this.#warned.has(kind))
            return 'info';
        this.#warned.add(kind);
        return 'warning';
    }
    #unknownState(changes) {
        const odd = changes.find(({ task }) => task.state === 'Unknown' && (0,tasks_task/* stateFrom */.mh)(task.reportedState) === 'Unknown');
        if (odd === undefined || this.#warnOnce('state') === 'info')
            return [];
        const state = JSON.stringify(format_state(odd.task));
        const text = `${this.#place(odd.task)} is in a state that this action does not know, ${state}; it counts as unfinished`;
        return [{ level: 'warning', text }];
    }
    /** The first line names the image: a task is named with its own only where there are several, or none was given. */
    #place(task) {
        this.#firstAddress ??= task.imageUrl;
        const { images, taskIds } = this.#inputs;
        const isNamed = images.length !== 1 || task.imageUrl !== this.#firstAddress;
        const place = format_place(task, isNamed ? format_image(task, images) : null);
        return taskIds.length === 0 ? place : `${place} (${format_name(task.id)})`;
    }
    #changeLine(change, serverNow) {
        const { task } = change;
        const details = [timing(change, serverNow), size(task)].filter((detail) => detail !== '');
        const what = [this.#step(change), ...details].join(', ');
        return `${this.#place(task)}: ${what}${inBrackets(format_reasons(task))}`;
    }
    #step({ task, from, isListed }) {
        const before = this.#unlisted.get(task.id) ?? from;
        if (!isListed && task.state !== 'Deleted') {
            this.#unlisted.set(task.id, before ?? task.state);
            return `not in the listing any more (it was ${before ?? task.state}); gone from the next one too, it counts as deleted`;
        }
        const wasUnlisted = this.#unlisted.delete(task.id);
        if (task.state === 'Deleted')
            return `${before ?? 'Unknown'} \u2192 Deleted (gone from two listings in a row)`;
        const state = format_state(task);
        if (before === null)
            return state;
        if (before !== task.state)
            return `${before} \u2192 ${state}`;
        return wasUnlisted ? `${state}, in the listing again` : `still ${state}`;
    }
    #heartbeat(event) {
        const unfinished = event.unfinished.map(({ task, past }) => {
            const age = format_age(task, event.serverNow);
            const usually = past === null
                ? ''
                : ` (usually ${format_duration(past.medianSeconds * 1000)}, from ${count(past.count, 'earlier task')})`;
            return `${this.#place(task)} ${format_state(task)}${age === null ? '' : `, ${age} old`}${usually}`;
        });
        const failing = event.failing === null ? [] : [`the last poll failed: ${(0,build_text/* shorten */.ml)(event.failing, LONGEST_PROBLEM)}`];
        const parts = [...unfinished, ...absences(event.absent), ...failing];
        const rest = parts.length === 0 ? 'nothing found so far' : joinWithin(parts, '; ', LONGEST_HEARTBEAT);
        return `Still waiting after ${format_duration(event.waited)}: ${rest}`;
    }
}
function log_info(text) {
    return { level: 'info', text };
}
function inBrackets(text) {
    return text === '' ? '' : ` (${text})`;
}
function placeWithImage(task) {
    return format_place(task, format_image(task, []));
}
function absentLine({ absent, counted, timeLeft }) {
    const tooFew = counted === 0 ? 'no task' : `only ${count(counted, 'task')}`;
    const named = joinWithin(absences(absent), '; ', LONGEST_PROBLEM);
    const what = absent.length === 0 ? tooFew : named;
    const until = timeLeft > 0 ? `; waiting up to ${format_duration(timeLeft)} for it` : '';
    return `${capitalised(what)} yet${until}`;
}
function creationFailed({ place, problem, isUnclear }) {
    const effect = isUnclear
        ? 'a task may have been created or not, the listing will tell'
        : 'no task was created yet, it is tried again';
    return `${orderedPlace(place)}: ${effect}: ${(0,build_text/* shorten */.ml)(problem, LONGEST_PROBLEM)}`;
}
/** How long a finished task took, and how long ago it finished where that was before it was seen; how old another is. */
function timing({ task, from, isListed }, serverNow) {
    const took = (0,tasks_task/* phaseOf */.hU)(task.state) === 'unfinished' ? null : (0,tasks_task/* durationSeconds */.o8)(task);
    if (took !== null && task.completeTime !== null) {
        const ago = from === null ? `, finished ${format_duration(serverNow - task.completeTime * 1000)} ago` : '';
        return `took ${format_duration(took * 1000)}${ago}`;
    }
    const age = task.state === 'Deleted' || !isListed ? null : format_age(task, serverNow);
    return age === null ? '' : `${age} old`;
}

;// CONCATENATED MODULE: ./build/report/headline.js


/** The gist of an outcome, never more than is true: in how many clusters the image is warm, or the tasks succeeded. */
function headlineFor(outcome, inputs) {
    const { isPlural } = subject(inputs);
    switch (outcome.result) {
        case 'succeeded':
            return { opening: '', predicate: succeeded(outcome, inputs) };
        case 'failed':
            return {
                opening: '',
                predicate: `${failed(outcome, subject(inputs))}${forProducts(inputs)}`,
            };
        case 'not-found':
            return { opening: '', predicate: notFound(outcome, inputs, isPlural) };
        case 'timed-out':
            return {
                opening: 'The wait for ',
                predicate: `timed out${afterWait(outcome)}, ${share(outcome, inputs)}`,
            };
        case 'cancelled': {
            const cause = outcome.cause === null ? '' : ` by ${format_name(outcome.cause)}`;
            return {
                opening: 'The wait for ',
                predicate: `was cancelled${cause}${afterWait(outcome)}, ${share(outcome, inputs)}`,
            };
        }
        case 'error':
            return { opening: 'The wait for ', predicate: 'ended in an error' };
    }
}
/** The headline as the start of a sentence. */
function headlineText(outcome, inputs) {
    const { opening, predicate } = headlineFor(outcome, inputs);
    const { text, isImage } = subject(inputs);
    return `${opening}${isImage || opening !== '' ? text : capitalised(text)} ${predicate}`;
}
/** The headline where it stands beside what it speaks of: `Warm in 2 of 2 clusters`. */
function bareHeadline(outcome, inputs) {
    const { predicate } = headlineFor(outcome, inputs);
    return capitalised(predicate.replace(/^(?:is|are|was|were|has|have) /, ''));
}
function succeeded(outcome, inputs) {
    const { isImage, isPlural } = subject(inputs);
    const ready = outcome.clusters.filter(({ isReady }) => isReady).length;
    const products = forProducts(inputs);
    if (ready === 0) {
        const { tasks } = outcome;
        return `succeeded in ${inPhase(tasks, 'succeeded').length} of ${count(tasks.length, 'task')}${products}`;
    }
    const verb = isImage ? `${isPlural ? 'are' : 'is'} warm` : 'succeeded';
    return `${verb}${products} in ${inClusters(outcome, ready, isReady)}`;
}
const isReady = (cluster) => cluster.isReady;
const hasFailed = (cluster) => cluster.hasFailed;
/** `1 of 3 clusters`; the one cluster by its name. */
function inClusters({ clusters }, number, is) {
    const [only] = clusters.length === 1 ? clusters.filter(is) : [];
    return only === undefined
        ? `${number} of ${count(clusters.length, 'cluster')}`
        : named('cluster', [only.clusterId]);
}
function failed(outcome, { isImage, isPlural }) {
    if (isPlural) {
        const failures = inPhase(outcome.tasks, 'failed').length;
        const fault = isImage ? 'are not all warm' : 'have not all succeeded';
        return `${fault}, ${failures} of ${count(outcome.tasks.length, 'task')} failed`;
    }
    return `failed in ${inClusters(outcome, outcome.clusters.filter(hasFailed).length, hasFailed)}`;
}
function share(outcome, inputs) {
    const { clusters } = outcome;
    if (outcome.tasks.length === 0)
        return 'with no task found so far';
    const done = subject(inputs).isImage ? 'warm' : 'succeeded';
    const ready = clusters.filter(isReady).length;
    return `${done}${forProducts(inputs)} in ${ready} of ${count(clusters.length, 'cluster')}`;
}
function notFound(outcome, inputs, isPlural) {
    const { absent, tasks } = outcome;
    const after = inputs.appearTimeout === 0 ? '' : ` after ${format_duration(inputs.appearTimeout)}`;
    if (absent.length === 0 && tasks.length > 0) {
        const required = count(Number(inputs.requirement), 'required task');
        return `${isPlural ? 'have' : 'has'} ${tasks.length} of ${required}${after}`;
    }
    const lacking = new Set(absent.flatMap(({ clusterId }) => clusterId ?? []));
    const where = lacking.size === 0
        ? ''
        : ` in ${inClusters(outcome, lacking.size, ({ clusterId }) => lacking.has(clusterId))}`;
    return `${isPlural ? 'were not all' : 'was not'} found${where}${after}`;
}
/** ` after 30m`; nothing where there was no time to wait. */
function afterWait(outcome) {
    const seconds = waitedSeconds(outcome);
    return seconds === 0 ? '' : ` after ${format_duration(seconds * 1000)}`;
}

;// CONCATENATED MODULE: ./build/report/message.js





const LONGEST_MESSAGE = 1_000;
const message_LONGEST_DESCRIPTION = 140; // https://docs.github.com/en/rest/commits/statuses
const LONGEST_CAUSE = 300;
const SHORTEST_AGE = 5_000; // the server's clock is known to about a second, and its times are cut to seconds
/** What happened, as far as it fits in 1,000 characters, harmless in a log. Without inputs it is the outcome's cause. */
function messageFor(outcome, inputs) {
    const traces = oneLine(tracesOf(outcome));
    const room = LONGEST_MESSAGE - traces.length;
    return (0,build_text/* shorten */.ml)(oneLine(storyOf(outcome, inputs, room, true)), room) + traces;
}
/** The last line of the log after a success: the message without what the first line and the lines between have said. */
function closingLine(outcome, inputs) {
    return (0,build_text/* shorten */.ml)(oneLine(storyOf(outcome, inputs, LONGEST_MESSAGE, false)), LONGEST_MESSAGE);
}
/** The message in the 140 characters of a commit status, which stands beside its own name: nothing is named again. */
function statusDescription(outcome, inputs) {
    return (0,build_text/* shorten */.ml)(oneLine(storyOf(outcome, inputs, message_LONGEST_DESCRIPTION, false)), message_LONGEST_DESCRIPTION);
}
/** What the step leaves behind that was not there before, and what it took away. */
function tracesOf({ createdTaskIds, deletedTaskIds, unclearCreations }) {
    const listed = (items) => joinWithin(items, ', ', 100, format_name);
    const clauses = [
        ...(createdTaskIds.length === 0
            ? []
            : [`this step created ${count(createdTaskIds.length, 'task')}: ${listed(createdTaskIds)}`]),
        ...(unclearCreations.length === 0
            ? []
            : [
                `this step may have created a task for ${listed(unclearCreations.map(orderedPlace))}, where the request had no clear answer`,
            ]),
        ...(deletedTaskIds.length === 0
            ? []
            : [`${count(deletedTaskIds.length, 'superseded task')} deleted: ${listed(deletedTaskIds)}`]),
    ];
    return clauses.map((clause) => `; ${clause}`).join('');
}
function storyOf(outcome, inputs, room, isNamed) {
    if (inputs === null || outcome.result === 'error')
        return outcome.cause ?? 'The wait ended without a cause';
    const head = isNamed ? headlineText(outcome, inputs) : bareHeadline(outcome, inputs);
    const cause = outcome.cause === null || outcome.result === 'cancelled'
        ? ''
        : (0,build_text/* shorten */.ml)(oneLine(outcome.cause), LONGEST_CAUSE);
    const { details, hints } = detailsOf(outcome, inputs, isNamed);
    const end = [...(room > message_LONGEST_DESCRIPTION ? hints : []), cause]
        .filter((clause) => clause !== '')
        .map((clause) => `; ${clause}`)
        .join('');
    if (outcome.result === 'succeeded')
        return `${head}${details.join('')}${end}`;
    if (details.length === 0)
        return `${head}${end}`;
    const left = room - head.length - end.length - 20; // for how many are left out
    return `${head}: ${joinWithin(details, '; ', left)}${end}`;
}
function detailsOf(outcome, inputs, isNamed) {
    switch (outcome.result) {
        case 'succeeded':
            return successDetails(outcome, inputs, isNamed);
        case 'not-found':
            return notFoundDetails(outcome, inputs);
        default:
            return unmetDetails(outcome, inputs);
    }
}
/** Where it is warm, unless that is everywhere and said before, and how the other tasks are. */
function successDetails(outcome, inputs, isNamed) {
    const { clusters, tasks } = outcome;
    const ready = clusters.filter(({ isReady }) => isReady).map(({ clusterId }) => clusterId);
    const products = ready.map((clusterId) => coveredProducts(clusterId, outcome, inputs));
    const labels = ready.map((clusterId, index) => `${format_name(clusterId)}${products[index]}`);
    const isOne = clusters.length === 1;
    const isSaidBefore = ready.length === clusters.length && !isNamed && products.join('') === '';
    const list = isSaidBefore || ready.length === 0 ? '' : ` (${joinWithin(labels, ', ', 300)})`;
    const placeOf = placesFor(outcome, inputs);
    const others = tasks
        .filter(({ clusterId }) => !ready.includes(clusterId))
        .map((task) => `${placeOf(task)} ${format_state(task)}`);
    const rest = others.length === 0 ? '' : `; ${joinWithin(others, ', ', 250)}`;
    const hints = [finishedEarlier(outcome), attempts(outcome, inputs)].filter((hint) => hint !== '');
    return { details: [isOne ? products.join('') : list, rest], hints };
}
/** ` [p1]` where the tasks in a cluster cover some products, which may not be all that it has. */
function coveredProducts(clusterId, { tasks }, { productIds }) {
    const inCluster = tasks.filter((task) => task.clusterId === clusterId);
    const isWhole = productIds.length > 0 || inCluster.some(({ products }) => products.length === 0);
    const covered = new Set(inCluster.flatMap(({ products }) => products.map(({ productId }) => productId)));
    return isWhole ? '' : ` [${joinWithin([...covered], ', ', 100, format_name)}]`;
}
/** A success may rest on old tasks, and with a mutable tag on an old image: it says how old. */
function finishedEarlier(outcome) {
    const succeeded = inPhase(outcome.tasks, 'succeeded');
    const ages = succeeded
        // Times are cut to seconds: what the step created would seem to have finished before it.
        .filter(({ id }) => !outcome.createdTaskIds.includes(id))
        .map((task) => ageAtStart(outcome, task.completeTime))
        .filter((age) => age >= SHORTEST_AGE)
        .sort((one, other) => one - other);
    const [latest, earliest] = [ages.at(0), ages.at(-1)];
    if (latest === undefined || earliest === undefined)
        return '';
    const [shortest, longest] = [format_duration(latest), format_duration(earliest)];
    const span = shortest === longest ? shortest : `${shortest} to ${longest}`;
    const some = ages.length === succeeded.length ? '' : `${ages.length} of ${count(succeeded.length, 'task')} `;
    return `${some}finished ${span} before this step started`;
}
/** Milliseconds from a moment on the server's clock (Unix seconds) to the start of the step; negative from then on. */
function ageAtStart({ startedAt, serverClockOffset }, seconds) {
    return seconds === null ? Number.NEGATIVE_INFINITY : startedAt + serverClockOffset - seconds * 1000;
}
/** Each failed task with its reasons, each unfinished one with state, age and reasons, and what is absent. */
function unmetDetails(outcome, inputs) {
    const { tasks, absent } = outcome;
    const placeOf = placesFor(outcome, inputs);
    const unmet = [...inPhase(tasks, 'failed'), ...inPhase(tasks, 'unfinished')];
    const details = unmet.map((task) => {
        const reasons = format_reasons(task);
        return `${placeOf(task)} (${format_name(task.id)}) ${format_state(task)}${message_timing(outcome, task)}${reasons === '' ? '' : `: ${reasons}`}`;
    });
    const hints = [attempts(outcome, inputs), oldFailureHint(outcome, inputs)].filter((hint) => hint !== '');
    return { details: [...details, ...absences(absent)], hints };
}
/** The age of an unfinished task, and of a failure from before the step started. */
function message_timing(outcome, task) {
    if (hasFailedBefore(outcome, task)) {
        const age = format_duration(ageAtStart(outcome, task.completeTime ?? task.createTime));
        return ` (${task.completeTime === null ? 'created ' : ''}${age} before this step started)`;
    }
    const serverNow = outcome.endedAt + outcome.serverClockOffset;
    const age = (0,tasks_task/* phaseOf */.hU)(task.state) === 'unfinished' ? format_age(task, serverNow) : null;
    return age === null ? '' : `, ${age} old`;
}
/** Where the API does not say when a task failed, being failed at the first poll tells enough. */
function hasFailedBefore(outcome, task) {
    if (task.state !== 'Failed')
        return false;
    const isDated = task.completeTime !== null || outcome.polls === 1;
    return isDated && ageAtStart(outcome, task.completeTime ?? task.createTime) >= SHORTEST_AGE;
}
/** What keeps a failure from before the step started from deciding it; empty where none did. */
function oldFailureHint(outcome, inputs) {
    const isOld = outcome.result === 'failed' && outcome.tasks.some((task) => hasFailedBefore(outcome, task));
    if (!isOld)
        return '';
    const mayCreate = !inputs.createMissing && inputs.taskIds.length === 0;
    return `created-after leaves out older tasks${mayCreate ? ', create-missing: true replaces failed ones' : ''}`;
}
/** The tasks that failed during the step and were created anew. */
function attempts(outcome, inputs) {
    const { failedAttempts } = outcome;
    if (failedAttempts.length === 0)
        return '';
    const placeOf = placesFor(outcome, inputs);
    const parts = failedAttempts.map((task) => {
        const reasons = format_reasons(task);
        return `${placeOf(task)} (${format_name(task.id)})${reasons === '' ? '' : `: ${reasons}`}`;
    });
    return `${count(failedAttempts.length, 'earlier attempt')} failed, ${joinWithin(parts, ', ', 250)}`;
}
function notFoundDetails(outcome, inputs) {
    const near = outcome.nearMisses.map(nearMiss);
    const details = near.map((text, index) => (index === 0 ? `there is ${text}` : text));
    return {
        details: [...absencesBesideHeadline(outcome, inputs), ...details],
        hints: [notFoundHint(outcome, inputs)],
    };
}
/** What is absent, unless the headline of `not-found` says as much. */
function absencesBesideHeadline({ result, absent, clusters }, { taskIds }, show = format_name) {
    const [first, ...others] = absent;
    const isOne = first !== undefined && others.length === 0 && first.image === undefined && first.productId === undefined;
    const isTold = result === 'not-found' &&
        isOne &&
        (first.taskId === undefined ? clusters.length === 1 : taskIds.length === 1);
    return isTold ? [] : absences(absent, show);
}
/** What a near miss is and why it did not count: `pytorch:v2 in c1 (t1), but its tag is v2`. */
function nearMiss({ task, why }) {
    return `${format_place(task, format_image(task, []))} (${nearMissDetails({ task, why })}), but ${why}`;
}
/** Id, and note where the clause does not tell it. */
function nearMissDetails({ task, why }) {
    const note = format_name(task.note);
    return note === '' || why.includes(task.note)
        ? format_name(task.id)
        : `${format_name(task.id)}, note ${JSON.stringify(note)}`;
}
/** What to do where nothing was found. */
function notFoundHint({ nearMisses }, inputs) {
    const nothing = nearMisses.length === 0 ? 'the API lists nothing that comes near; ' : '';
    if (inputs.taskIds.length > 0)
        return `${nothing}check task-ids, api-version and the account of api-key`;
    if (inputs.createMissing)
        return `${nothing}look in the console for what became of the tasks that were created`;
    return `${nothing}create a task in the console, or let this step create one with create-missing: true`;
}
/** Names the tasks of an outcome: with their images where there are several. */
function placesFor(outcome, { images }) {
    const isNamed = hasSeveralImages([...outcome.tasks, ...outcome.failedAttempts], images);
    return (task) => format_place(task, isNamed ? format_image(task, images) : null);
}

;// CONCATENATED MODULE: ./build/report/outputs.js



const OUTPUT_NAMES = (/* unused pure expression or super */ null && ([
    'result',
    'message',
    'tasks',
    'task-ids',
    'image-urls',
    'ready-clusters',
    'not-ready-clusters',
    'failed-clusters',
    'total-count',
    'succeeded-count',
    'failed-count',
    'unfinished-count',
    'created-task-ids',
    'deleted-task-ids',
    'waited-seconds',
    'result-file',
]));
// An environment variable on Linux holds 128 KiB; a list must still fit beside its name when it is handed on.
const LARGEST_LIST = 64 * 1024;
/** Every output of the action for an outcome, and what the user should know of them. */
function outputsFor(outcome, message, resultFile) {
    const { tasks, clusters, createdTaskIds, deletedTaskIds } = outcome;
    const clustersThat = (are) => clusters.filter(are).map(({ clusterId }) => clusterId);
    const lists = {
        tasks: boundedList(tasks.map(taskJson)),
        'task-ids': boundedList(tasks.map(({ id }) => id)),
        'image-urls': boundedList([...new Set(tasks.map(({ imageUrl }) => imageUrl))]),
        'ready-clusters': boundedList(clustersThat(({ isReady }) => isReady)),
        'not-ready-clusters': boundedList(clustersThat(({ isReady }) => !isReady)),
        'failed-clusters': boundedList(clustersThat(({ hasFailed }) => hasFailed)),
        'created-task-ids': boundedList(createdTaskIds),
        'deleted-task-ids': boundedList(deletedTaskIds),
    };
    const countOf = (phase) => String(inPhase(tasks, phase).length);
    const outputs = {
        result: outcome.result,
        message,
        tasks: lists.tasks.json,
        'task-ids': lists['task-ids'].json,
        'image-urls': lists['image-urls'].json,
        'ready-clusters': lists['ready-clusters'].json,
        'not-ready-clusters': lists['not-ready-clusters'].json,
        'failed-clusters': lists['failed-clusters'].json,
        'total-count': String(tasks.length),
        'succeeded-count': countOf('succeeded'),
        'failed-count': countOf('failed'),
        'unfinished-count': countOf('unfinished'),
        'created-task-ids': lists['created-task-ids'].json,
        'deleted-task-ids': lists['deleted-task-ids'].json,
        'waited-seconds': String(waitedSeconds(outcome)),
        'result-file': resultFile,
    };
    return { outputs, warnings: warningsOf(lists, resultFile) };
}
function warningsOf(lists, resultFile) {
    const cut = Object.entries(lists).flatMap(([name, { leftOut, total }]) => leftOut === 0 ? [] : [`${leftOut} of ${total} from ${name}`]);
    if (cut.length === 0)
        return [];
    const everything = resultFile === '' ? 'the result file could not be written' : `result-file has every task: ${resultFile}`;
    return [`An output holds at most 64 KiB, so items are left out: ${cut.join(', ')}; ${everything}`];
}
/** The result file's content: everything, uncut. */
function resultFileContent(outcome, message) {
    const { result, polls, failedPolls, tasks } = outcome;
    return JSON.stringify({
        version: 1,
        result,
        message,
        waitedSeconds: waitedSeconds(outcome),
        polls,
        failedPolls,
        tasks: tasks.map(taskJson),
    });
}
function taskJson(task) {
    const { id, imageName, imageUrl, clusterId, clusterName, products, imageSize, state, note, reasons } = task;
    return {
        id,
        imageName,
        imageUrl,
        clusterId,
        clusterName,
        products,
        imageSize,
        state,
        createTime: isoTime(task.createTime),
        completeTime: isoTime(task.completeTime),
        durationSeconds: (0,tasks_task/* durationSeconds */.o8)(task),
        note,
        reasons,
    };
}
function isoTime(unixSeconds) {
    return unixSeconds === null ? null : new Date(unixSeconds * 1000).toISOString();
}
/** A JSON array of at most 64 KiB: whole items are dropped from its end. */
function boundedList(items) {
    const kept = [];
    let bytes = '[]'.length;
    for (const item of items) {
        const json = JSON.stringify(item);
        bytes += Buffer.byteLength(json) + (kept.length === 0 ? 0 : ','.length);
        if (bytes > LARGEST_LIST)
            break;
        kept.push(json);
    }
    return { json: `[${kept.join(',')}]`, leftOut: items.length - kept.length, total: items.length };
}

;// CONCATENATED MODULE: ./build/report/gantt.js




const MOST_TASKS = 50;
const LAST_DRAWABLE_SECOND = 253_402_300_799; // the end of 9999: mermaid refuses a chart with a later date
const SHORTEST_BAR = 200; // of so many parts of the axis one
// In columns: an East Asian letter or an emoji takes two.
const LONGEST_CLUSTER = 24;
const LONGEST_IMAGE = 36;
const LONGEST_PRODUCTS = 24;
const LONGEST_ID = 20;
const PIXELS_PER_COLUMN = 6.5;
/** How each phase looks: mermaid's tag, and a sign for those who cannot tell the colours apart. */
const LOOKS = {
    failed: { tag: 'crit', sign: '\u2717' },
    unfinished: { tag: 'active', sign: '\u2026' },
    succeeded: { tag: 'done', sign: '\u2713' },
};
const MOST_TELLING = ['failed', 'unfinished', 'succeeded'];
/**
 * A Markdown block of less than 30 KB: a mermaid Gantt chart with a bar per task from its creation to its completion,
 * or to `serverNow` (Unix milliseconds on the server's clock) while it is unfinished, and a line that explains it.
 * Of more than 50 tasks the failed, then the unfinished are kept. `null` where fewer than two have a creation time:
 * there is nothing to compare.
 * @param imageOf a task's image where there are several.
 */
function timeline(tasks, serverNow, imageOf) {
    const bars = tasks.flatMap((task) => barOf(task, serverNow));
    if (bars.length < 2)
        return null;
    const shown = mostTelling(bars);
    return `\`\`\`mermaid\n${chart(shown, imageOf)}\n\`\`\`\n\n${caption(tasks.length, bars.length, shown)}`;
}
function barOf(task, serverNow) {
    const { createTime: start, completeTime: end } = task;
    if (start === null || start > LAST_DRAWABLE_SECOND)
        return [];
    const until = (0,tasks_task/* phaseOf */.hU)(task.state) === 'unfinished' ? Math.floor(serverNow / 1000) : end;
    return [{ task, start, length: until === null ? null : Math.max(0, until - start) }];
}
/** At most 50, in the order in which they came. */
function mostTelling(bars) {
    const rank = (bar) => MOST_TELLING.indexOf((0,tasks_task/* phaseOf */.hU)(bar.task.state));
    const kept = new Set(bars.toSorted((one, other) => rank(one) - rank(other)).slice(0, MOST_TASKS));
    return bars.filter((bar) => kept.has(bar));
}
function chart(bars, imageOf) {
    const clusters = new Map();
    for (const bar of bars) {
        const section = clusters.get(bar.task.clusterId);
        if (section === undefined)
            clusters.set(bar.task.clusterId, [bar]);
        else
            section.push(bar);
    }
    const sections = [...clusters.values()];
    const names = distinct(sections.map(([first]) => clusterLabels(first.task)));
    const { start, end } = extent(bars);
    return [
        ...configuration(names, bars.length),
        'gantt',
        '  dateFormat YYYY-MM-DD HH:mm:ss',
        ...axis(end - start),
        '  todayMarker off',
        ...sections.flatMap((section, index) => [
            `  section ${names[index]}`,
            ...rows(section, end - start, imageOf),
        ]),
    ].join('\n');
}
function extent(bars) {
    const start = Math.min(...bars.map((bar) => bar.start));
    return { start, end: Math.max(...bars.map((bar) => bar.start + (bar.length ?? 0))) };
}
// GitHub's own green, blue and red for bars, which carry white text on a light page and on a dark one, and its grey.
const [GREEN, BLUE, RED, GREY] = ['#1f883d', '#0969da', '#cf222e', '#768390'];
const MARGIN = 22; // pixels above the bars, and below them for the axis
const ROOMY = { barHeight: 20, barGap: 10 };
const DENSE = { barHeight: 18, barGap: 6 };
const MOST_ROOMY_BARS = 12;
/**
 * Mermaid makes no room for the names of sections by itself, has one colour for text on bars and beside them, draws
 * grid lines as dark as the labels that they cross, and the axis 50 pixels above the lower edge.
 */
function configuration(names, bars) {
    const columns = Math.max(...names.flatMap((name) => name.split('<br>')).map(columnsOf));
    const leftPadding = Math.max(75, Math.ceil(columns * PIXELS_PER_COLUMN) + 20);
    const { barHeight, barGap } = bars > MOST_ROOMY_BARS ? DENSE : ROOMY;
    const css = [
        'text.taskText { fill: #ffffff !important }',
        'text.taskTextOutsideLeft[class], text.taskTextOutsideRight[class] { fill: inherit !important }',
        '.section { opacity: 0.1 }',
        '.grid .tick line { opacity: 0.2 }',
        `.grid { transform: translate(${leftPadding}px, ${MARGIN + bars * (barHeight + barGap)}px) }`,
    ];
    const colours = Object.entries({ doneTask: GREEN, activeTask: BLUE, crit: RED }).flatMap(([kind, colour]) => [`    ${kind}BkgColor: "${colour}"`, `    ${kind}BorderColor: "${colour}"`]);
    return [
        '---',
        'config:',
        `  themeCSS: "${css.join(' ')}"`,
        '  themeVariables:',
        ...colours,
        `    sectionBkgColor: "${GREY}"`,
        `    sectionBkgColor2: "${GREY}"`,
        '    altSectionBkgColor: transparent',
        '  gantt:',
        `    barHeight: ${barHeight}`,
        `    barGap: ${barGap}`,
        `    topPadding: ${MARGIN}`,
        `    gridLineStartPadding: ${MARGIN}`,
        `    leftPadding: ${leftPadding}`,
        '---',
    ];
}
// The smallest of these that gives few enough ticks for their labels not to touch; beyond, mermaid's own choice fits.
const MOST_TICKS = 8;
const TICKS = [
    [1, '1second'],
    [5, '5second'],
    [15, '15second'],
    [30, '30second'],
    [60, '1minute'],
    [120, '2minute'],
    [300, '5minute'],
    [600, '10minute'],
    [1_800, '30minute'],
    [3_600, '1hour'],
    [10_800, '3hour'],
    [21_600, '6hour'],
    [43_200, '12hour'],
    [86_400, '1day'],
    [172_800, '2day'],
];
function axis(seconds) {
    const [step, interval] = TICKS.find(([tick]) => seconds <= tick * MOST_TICKS) ?? [seconds, null];
    const ticks = step < 60 ? '%H:%M:%S' : step <= 10_800 ? '%H:%M' : step < 86_400 ? '%m-%d %H:%M' : '%Y-%m-%d';
    return [`  axisFormat ${ticks}`, ...(interval === null ? [] : [`  tickInterval ${interval}`])];
}
function rows(section, span, imageOf) {
    const labels = distinct(section.map(({ task }) => taskLabels(task, imageOf)));
    return section.map((bar, index) => {
        const { tag, sign } = LOOKS[(0,tasks_task/* phaseOf */.hU)(bar.task.state)];
        const took = bar.length === null ? 'end unknown' : format_duration(bar.length * 1000);
        const tags = isMoment(bar, span) ? `${tag}, milestone` : tag;
        const label = [`${sign} ${labels[index]}`.trim(), took].join(labels[index] === '' ? ' ' : ' \u00b7 ');
        return `  ${label} :${tags}, ${wallClock(bar.start)}, ${bar.length ?? 0}s`;
    });
}
/**
 * Whether the bar is drawn as a diamond: mermaid leaves a bar of less than a pixel out; and where no end is known the
 * creation is all that can be drawn without making up a length.
 */
function isMoment({ length }, span) {
    return length === null || length * SHORTEST_BAR < span || span === 0;
}
function taskLabels(task, imageOf) {
    const productIds = task.products
        .map(({ productId }) => productId)
        .join(', ')
        .trim();
    const image = imageOf?.(task).trim() ?? '';
    const short = [
        ...(image === '' ? [] : [fitted(image, LONGEST_IMAGE)]),
        ...(productIds === '' ? [] : [`[${fitted(productIds, LONGEST_PRODUCTS)}]`]),
    ].join(' ');
    return { short, full: [short, `(${fitted(task.id, LONGEST_ID)})`].join(' ').trim() };
}
/** Name and id on a line each; one of them where that says it all. */
function clusterLabels({ clusterId, clusterName }) {
    const id = sectionName(fitted(clusterId, LONGEST_CLUSTER));
    if (clusterName.trim() === '')
        return { short: id, full: id };
    const name = fitted(clusterName, LONGEST_CLUSTER);
    const both = `${name}<br>${id}`;
    return { short: clusterName.includes(clusterId) ? sectionName(name) : both, full: both };
}
/** Mermaid counts rows in an object with sections as keys: numbers would move to its front, and one name is no key. */
function sectionName(text) {
    return /^(?:\s*|\d+|__proto__)$/.test(text) ? `cluster ${text.trim() || 'without a name'}` : text;
}
/** Mermaid takes sections of the same name for one; and a reader could not tell bars of the same name apart. */
function distinct(labels) {
    const counts = new Map();
    for (const { short } of labels)
        counts.set(short, (counts.get(short) ?? 0) + 1);
    const taken = new Set();
    return labels.map(({ short, full }) => {
        const label = counts.get(short) === 1 ? short : full;
        let unique = label;
        for (let number = 2; taken.has(unique); number += 1)
            unique = `${label} (${number})`;
        taken.add(unique);
        return unique;
    });
}
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
/** The text made safe for mermaid, and no wider than so many columns. */
function fitted(text, columns) {
    let short = (0,build_text/* shorten */.ml)(mermaidText(text.slice(0, columns + 1)), columns);
    while (columnsOf(short) > columns)
        short = (0,build_text/* shorten */.ml)(short, short.length - 1);
    // Isolated, or it would draw digits that follow it to its other side.
    return RIGHT_TO_LEFT.test(short) ? `\u2068${short}\u2069` : short;
}
function columnsOf(text) {
    return [...text].reduce((columns, character) => columns + (character > '\u2e7f' ? 2 : 1), 0);
}
/**
 * The UTC time without its zone. Mermaid reads and shows times in the zone of whoever looks at the chart, so that this
 * comes out as UTC everywhere. Lengths are given in seconds: they hold even where that zone's clocks are put forward.
 */
function wallClock(seconds) {
    return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
function date(seconds) {
    return new Date(seconds * 1000).toISOString().replace(/T.*/, '');
}
const LEGEND = {
    succeeded: '\u2713 succeeded',
    failed: '\u2717 failed',
    unfinished: '\u2026 unfinished',
};
/** Signs and their meaning, as far as they occur, the dates, and what the chart leaves out. */
function caption(total, drawable, shown) {
    const { start, end } = extent(shown);
    const phases = new Set(shown.map(({ task }) => (0,tasks_task/* phaseOf */.hU)(task.state)));
    const legend = Object.entries(LEGEND).flatMap(([phase, text]) => phases.has(phase) ? [text] : []);
    const hasMoments = shown.some((bar) => bar.length !== null && isMoment(bar, end - start));
    const [from, to] = [date(start), date(end)];
    const dates = from === to ? from : `${from} to ${to}`;
    return [
        `${[...legend, ...(hasMoments ? ['\u25c6 too short for a bar'] : [])].join(', ')}. ${dates}, times in UTC.`,
        ...(shown.length < drawable
            ? [`Shown are ${shown.length} of ${count(total, 'task')}, failed and unfinished ones first.`]
            : []),
        ...(drawable < total
            ? [`${count(total - drawable, 'task')} without a usable creation time cannot be shown.`]
            : []),
    ].join(' ');
}

;// CONCATENATED MODULE: ./build/report/summary.js








// A runner drops a summary over 1 MiB whole, that of earlier writes in the same step included.
const LARGEST_TABLE = 250_000; // bytes; there are two at most
const LARGEST_SECTION = 60_000; // bytes; there are three at most
const LONGEST_TEXT = 4_000;
const LONGEST_CELL = 200;
const MOST_UNFOLDED = 10;
const SIGNS = {
    succeeded: '\u2705',
    failed: '\u274c',
    'timed-out': '\u231b',
    'not-found': '\u2753',
    cancelled: '\ud83d\uded1',
    error: '\u26a0\ufe0f',
};
const STATE_SIGNS = { failed: '\u274c', unfinished: '\u23f3', succeeded: '\u2705' };
const MOST_URGENT = ['failed', 'unfinished', 'succeeded'];
/** The job summary as Markdown of at most 900 KB. Without inputs (bad inputs) it is heading and message. */
function summaryFor(outcome, message, inputs) {
    const blocks = inputs === null
        ? [`## ${SIGNS.error} The wait for an image prewarm did not start`, sentence(outcome.cause ?? message)]
        : [
            heading(outcome, inputs),
            lead(outcome, message, inputs),
            ...taskBlocks(outcome, inputs),
            section('Missing', missing(outcome, inputs), summary_capitalised),
            section('What exists instead', outcome.result === 'not-found' ? outcome.nearMisses : [], summary_nearMiss),
            section('Failed attempts', outcome.failedAttempts, failedAttempt(outcome, inputs)),
            footer(outcome),
        ];
    return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}
/** What happened, and to what, so that several uses in one job can be told apart. */
function heading(outcome, inputs) {
    const { images, note, taskIds } = inputs;
    const { opening, predicate } = headlineFor(outcome, inputs);
    const isAllowed = outcome.result !== 'succeeded' && inputs.allowedResults.has(outcome.result);
    const parts = [
        ...(images.length === 0
            ? []
            : [images.length === 1 ? code(images[0]?.text ?? '') : `${images.length} images`]),
        ...(note === null ? [] : [`${images.length === 0 ? 'the tasks with ' : ''}note ${code(note)}`]),
        ...(taskIds.length === 0
            ? []
            : [taskIds.length === 1 ? `task ${code(taskIds[0] ?? '')}` : `${taskIds.length} tasks`]),
    ];
    const subject = parts.join(' with ');
    const sign = isAllowed ? '\u26a0\ufe0f' : SIGNS[outcome.result];
    return `## ${sign} ${opening}${opening === '' ? summary_capitalised(subject) : subject} ${prose(predicate)}${isAllowed ? ' (allowed)' : ''}`;
}
function missing(outcome, inputs) {
    if (outcome.result === 'succeeded')
        return [];
    return absencesBesideHeadline(outcome, inputs, code);
}
/** What neither heading nor table says. */
function lead(outcome, message, inputs) {
    switch (outcome.result) {
        case 'succeeded':
            return sentence(finishedEarlier(outcome));
        case 'failed': {
            const hint = oldFailureHint(outcome, inputs);
            return hint === '' ? '' : sentence(`What failed before this step started counts: ${hint}`);
        }
        case 'not-found':
            return sentence(notFoundHint(outcome, inputs));
        case 'timed-out':
            return sentence(outcome.cause ?? '');
        case 'error':
            return sentence(outcome.cause ?? message);
        case 'cancelled':
            return '';
    }
}
function sentence(text) {
    if (text === '')
        return '';
    const short = (0,build_text/* shorten */.ml)(oneLine(text), LONGEST_TEXT);
    return prose(/[.\u2026!?]$/.test(short) ? summary_capitalised(short) : `${summary_capitalised(short)}.`);
}
function summary_capitalised(text) {
    return text.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}
/** Chart and tables of the counted tasks, the failed ones first, many that succeeded folded away. */
function taskBlocks(outcome, inputs) {
    const { tasks, clusters } = outcome;
    const serverNow = outcome.endedAt + outcome.serverClockOffset;
    const isNamed = hasSeveralImages(tasks, inputs.images);
    const imageOf = isNamed ? (task) => format_image(task, inputs.images) : null;
    const order = new Map(clusters.map(({ clusterId }, index) => [clusterId, index]));
    const rank = (task) => order.get(task.clusterId) ?? clusters.length;
    const sorted = tasks.toSorted((one, other) => rank(one) - rank(other));
    const succeeded = inPhase(sorted, 'succeeded');
    const isFolded = succeeded.length > MOST_UNFOLDED;
    const phases = isFolded ? MOST_URGENT.slice(0, 2) : MOST_URGENT;
    const shown = phases.flatMap((phase) => inPhase(sorted, phase));
    const tableOf = (rows) => table(rows, { imageOf, serverNow, inputs });
    return [
        imagesLine(tasks, inputs),
        timeline(sorted, serverNow, imageOf) ?? '',
        tableOf(shown),
        isFolded
            ? `<details><summary>${succeeded.length} succeeded</summary>\n\n${tableOf(succeeded)}\n\n</details>`
            : '',
    ];
}
/** The images, where the heading does not name them in full. */
function imagesLine(tasks, { images }) {
    if (images.length > 1)
        return `Images: ${codes(images.map(({ text }) => text))}.`;
    const [address = '', ...others] = new Set(tasks.map(({ imageUrl }) => imageUrl));
    const isNamed = images.some(({ text }) => `/${address}`.endsWith(`/${text}`));
    return address === '' || others.length > 0 || isNamed ? '' : `Image: ${code(address)}.`;
}
/** A row per task. Columns in which every cell is empty are left out. */
function table(tasks, context) {
    if (tasks.length === 0)
        return '';
    const columns = columnsFor(tasks, context);
    const rowOf = (cells) => `| ${cells.join(' | ')} |`;
    const rows = [rowOf(columns.map(({ title }) => title)), rowOf(columns.map(({ rule }) => rule))];
    let bytes = 0;
    for (const [index, task] of tasks.entries()) {
        const row = rowOf(columns.map(({ cell }) => cell(task)));
        bytes += Buffer.byteLength(row) + 1;
        if (bytes > LARGEST_TABLE) {
            rows.push('', `${tasks.length - index} of ${tasks.length} rows are left out; the result file has every task.`);
            break;
        }
        rows.push(row);
    }
    return rows.join('\n');
}
function columnsFor(tasks, { imageOf, serverNow, inputs }) {
    const hasProducts = tasks.some(({ products }) => products.length > 0);
    const hasReasons = tasks.some(({ reasons }) => reasons.length > 0);
    const title = (text, cells) => (hasReasons ? wideTitle(text, cells) : text);
    const clusters = tasks.map(({ clusterId, clusterName }) => `${clusterName} ${clusterId}`);
    const images = imageOf === null ? [] : tasks.map(imageOf);
    const columns = [
        { title: title('Cluster', clusters), rule: ':---', cell: clusterCell },
        {
            title: title('Image', images),
            rule: ':---',
            cell: (task) => (imageOf === null ? '' : code(imageOf(task))),
        },
        { title: 'Task', rule: ':---', cell: ({ id }) => (inputs.taskIds.length === 0 ? '' : code(id)) },
        { title: 'Products', rule: ':---', cell: (task) => (hasProducts ? productsCell(task) : '') },
        { title: 'State', rule: ':---', cell: stateCell },
        { title: 'Took', rule: '---:', cell: (task) => timeCell(task, serverNow) },
        { title: 'Size', rule: '---:', cell: (task) => unbroken(size(task)) },
        { title: 'Reasons', rule: ':---', cell: (task) => prose(format_reasons(task)) },
    ];
    return columns.filter(({ cell }) => tasks.some((task) => cell(task) !== ''));
}
const WIDEST_TITLE = 40; // characters
/**
 * A title that keeps its column as wide as the names in it: beside a column of long texts a browser would break names at
 * their hyphens. Two blanks are about as wide as a character of a name.
 */
function wideTitle(text, names) {
    const longest = Math.min(WIDEST_TITLE, Math.max(0, ...names.map((name) => name.trim().length)));
    return text + '&nbsp;'.repeat(Math.max(0, 2 * (longest - text.length) + 4));
}
function clusterCell({ clusterId, clusterName }) {
    const isInName = clusterName.trim() === '' || clusterName === clusterId;
    return isInName ? code(clusterId) : `${prose(format_name(clusterName))} ${code(clusterId)}`;
}
function productsCell({ products }) {
    if (products.length === 0)
        return 'whole cluster';
    return code(products.map(({ productId, productName }) => productName || productId).join(', '));
}
function stateCell(task) {
    return `${STATE_SIGNS[(0,tasks_task/* phaseOf */.hU)(task.state)]}&nbsp;${prose(format_state(task))}`;
}
function timeCell(task, serverNow) {
    const seconds = (0,tasks_task/* durationSeconds */.o8)(task);
    if ((0,tasks_task/* phaseOf */.hU)(task.state) !== 'unfinished')
        return seconds === null ? '' : format_duration(seconds * 1000);
    const age = format_age(task, serverNow);
    return age === null ? '' : unbroken(`${age} so far`);
}
function unbroken(text) {
    return text.replaceAll(' ', '&nbsp;');
}
function code(text) {
    return inlineCode((0,build_text/* shorten */.ml)(oneLine(text.slice(0, LONGEST_CELL + 1)), LONGEST_CELL));
}
function section(title, items, show) {
    if (items.length === 0)
        return '';
    const lines = [];
    let bytes = 0;
    for (const [index, item] of items.entries()) {
        const line = `- ${show(item)}`;
        bytes += Buffer.byteLength(line);
        if (bytes > LARGEST_SECTION) {
            lines.push(`- and ${items.length - index} more`);
            break;
        }
        lines.push(line);
    }
    return `### ${title}\n\n${lines.join('\n')}`;
}
function summary_nearMiss(near) {
    const { task, why } = near;
    return `${code(task.imageUrl)} in ${code(task.clusterId)}, ${prose(`task ${nearMissDetails(near)}: ${why}`)}`;
}
function failedAttempt(outcome, inputs) {
    const placeOf = placesFor(outcome, inputs);
    return (task) => {
        const seconds = (0,tasks_task/* durationSeconds */.o8)(task);
        const after = seconds === null ? '' : ` after ${format_duration(seconds * 1000)}`;
        const reasons = format_reasons(task);
        const what = `${prose(placeOf(task))}, task ${code(task.id)}${after}`;
        return reasons === '' ? what : `${what}: ${prose(reasons)}`;
    };
}
function footer(outcome) {
    const { createdTaskIds, deletedTaskIds, polls, failedPolls } = outcome;
    const unclear = outcome.unclearCreations.map(orderedPlace);
    const failed = failedPolls === 0 ? '' : `, of which ${failedPolls} failed`;
    const sentences = [
        ...(createdTaskIds.length === 0 ? [] : [`Created ${summary_named('task', createdTaskIds)}.`]),
        ...(unclear.length === 0
            ? []
            : [`A request without a clear answer may have created one for ${codes(unclear)}.`]),
        ...(deletedTaskIds.length === 0
            ? []
            : [`Deleted ${count(deletedTaskIds.length, 'superseded task')}: ${codes(deletedTaskIds)}.`]),
        `Waited ${format_duration(waitedSeconds(outcome) * 1000)}, with ${count(polls, 'poll')}${failed}.`,
    ];
    return sentences.join(' ');
}
function summary_named(noun, items) {
    return `${noun}${items.length === 1 ? '' : 's'} ${codes(items)}`;
}
function codes(items) {
    const shown = items.slice(0, MOST_UNFOLDED).map(code).join(', ');
    return items.length > MOST_UNFOLDED ? `${shown} and ${items.length - MOST_UNFOLDED} more` : shown;
}

// EXTERNAL MODULE: ./build/api/types.js
var types = __nccwpck_require__(8105);
;// CONCATENATED MODULE: ./build/wait/clock.js
/** Resolves after so many milliseconds, or at once when the signal aborts. Leaves no timer and no listener. */
function sleep(clock, milliseconds, signal) {
    if (signal.aborted)
        return Promise.resolve();
    return new Promise((resolve) => {
        const wake = () => {
            cancel();
            signal.removeEventListener('abort', wake);
            resolve();
        };
        const cancel = clock.after(milliseconds, wake);
        signal.addEventListener('abort', wake, { once: true });
    });
}

;// CONCATENATED MODULE: ./build/wait/heartbeat.js
const SHORTEST_BEAT = 60_000;
const LONGEST_BEAT = 10 * 60_000;
const SHARE_OF_WAIT = 0.1;
/**
 * Calls back once a minute, in the middle of a slow request too; after ten minutes once in a tenth of the time waited, up
 * to ten minutes apart, so that the log of a long wait stays short.
 * @returns what ends it.
 */
function startHeartbeat(clock, beat) {
    const startedAt = clock.now();
    let cancel = () => { };
    const arm = () => {
        const share = (clock.now() - startedAt) * SHARE_OF_WAIT;
        cancel = clock.after(Math.min(LONGEST_BEAT, Math.max(SHORTEST_BEAT, share)), () => {
            beat();
            arm();
        });
    };
    arm();
    return () => cancel();
}

// EXTERNAL MODULE: ./build/tasks/creation-time.js
var creation_time = __nccwpck_require__(3355);
;// CONCATENATED MODULE: ./build/tasks/selectors.js



const UNRELATED = Number.POSITIVE_INFINITY;
const selectors_MOST_EDITS = 2;
/**
 * Compares a task with the selectors.
 * @param image the image to compare with, `null` for any; `selectors.images` is not looked at.
 * @returns what differs, lazily: a task matches when there is nothing.
 */
function* differencesFrom(task, image, selectors) {
    const { taskIds, note, clusterIds, productIds, createdAfter } = selectors;
    if (taskIds.length > 0 && !taskIds.includes(task.id)) {
        yield { clause: 'its id is not listed', weight: () => (isNearAny(task.id, taskIds) ? 1 : UNRELATED) };
    }
    if (image !== null)
        yield* imageDifferences(task, image);
    if (note !== null && task.note !== note) {
        const clause = task.note === '' ? 'it has no note' : `its note is ${JSON.stringify(task.note)}`;
        yield { clause, weight: () => (isNearAny(task.note, [note]) ? 1 : 2) };
    }
    if (clusterIds.length > 0 && !clusterIds.includes(task.clusterId)) {
        yield { clause: `it is in cluster ${task.clusterId}`, weight: () => 1 };
    }
    if (productIds.length > 0 && !productIds.some((productId) => (0,tasks_task/* coversProduct */.An)(task, productId))) {
        const covered = task.products.map(({ productId }) => productId).join(', ');
        yield { clause: `it covers only ${covered}`, weight: () => 1 };
    }
    if (createdAfter !== null && task.createTime === null) {
        yield { clause: 'it does not say when it was created', weight: () => 1 };
    }
    else if (createdAfter !== null && (task.createTime ?? 0) < createdAfter) {
        yield { clause: 'it was created earlier', weight: () => 1 };
    }
}
function* imageDifferences(task, wanted) {
    const image = resolveImage(task.imageUrl);
    if (image === null) {
        const lowered = resolveImage(task.imageUrl.toLowerCase());
        yield {
            clause: `its image address ${JSON.stringify(task.imageUrl)} cannot be read`,
            weight: () => (lowered !== null && hasPath(lowered, wanted) ? 1 : UNRELATED),
        };
        return;
    }
    if (!hasPath(image, wanted)) {
        yield { clause: `its image is ${task.imageUrl}`, weight: () => pathWeight(wanted, image) };
    }
    else if (wanted.host !== null && wanted.host !== image.host) {
        yield { clause: `its host is ${image.host}`, weight: () => 1 };
    }
    if (wanted.tag !== null && wanted.tag !== image.tag) {
        const clause = image.tag === null ? 'it has no tag' : `its tag is ${image.tag}`;
        yield { clause, weight: () => (isNearAny(wanted.tag ?? '', [image.tag ?? '']) ? 1 : 2) };
    }
    if (wanted.digest !== null && wanted.digest !== image.digest) {
        const clause = image.digest === null ? 'it has no digest' : `its digest is ${image.digest}`;
        yield { clause, weight: () => 2 };
    }
}
/** The same name under another path is near, and so is a misspelt one. */
function pathWeight(wanted, image) {
    const edits = (0,mod/* distance */.Io)(imageNameOf(wanted), imageNameOf(image));
    if (edits === 0)
        return isNearAny(image.path, [wanted.path]) ? 1 : 3;
    return edits <= selectors_MOST_EDITS ? edits + 1 : UNRELATED;
}
/** Whether one of the texts is the same in other case or at most two edits away. */
function isNearAny(text, others) {
    return others.some((other) => (0,mod/* distance */.Io)(text.toLowerCase(), other.toLowerCase()) <= selectors_MOST_EDITS);
}

;// CONCATENATED MODULE: ./build/tasks/near-misses.js

const MOST_NEAR_MISSES = 10;
/**
 * The tasks that come nearest to what was asked for, closest first, at most ten.
 * @param counted the tasks that count, which are left out.
 */
function nearMissesAmong(listed, selectors, counted) {
    const countedIds = new Set(counted.map(({ id }) => id));
    const images = selectors.images.length > 0 ? selectors.images.map(({ reference }) => reference) : [null];
    return listed
        .filter(({ id }) => !countedIds.has(id))
        .map((task) => {
        const comparisons = images.map((image) => [...differencesFrom(task, image, selectors)]);
        const [nearest = []] = comparisons.sort((one, other) => compare(weightOf(one), weightOf(other)));
        const why = nearest.map(({ clause }) => clause).join(' and ') || 'a newer task supersedes it';
        return { task, why, weight: weightOf(nearest) };
    })
        .filter(({ weight }) => weight < UNRELATED)
        .sort((one, other) => compare(one.weight, other.weight) || newestFirst(one.task, other.task))
        .slice(0, MOST_NEAR_MISSES)
        .map(({ task, why }) => ({ task, why }));
}
function weightOf(differences) {
    return differences.reduce((sum, { weight }) => sum + weight(), 0);
}
/** Not a subtraction: infinity minus infinity is no number. */
function compare(one, other) {
    if (one === other)
        return 0;
    return one < other ? -1 : 1;
}
function newestFirst(one, other) {
    return (other.createTime ?? 0) - (one.createTime ?? 0) || (one.id < other.id ? -1 : 1);
}

;// CONCATENATED MODULE: ./build/tasks/past-durations.js


/**
 * Gathers the durations of the successful tasks in a listing, by repository and cluster. Each group is summarised once,
 * when it is first asked for. The listing itself is not retained.
 */
function pastDurationsIn(listed) {
    const durations = new Map();
    for (const task of listed) {
        const duration = task.state === 'Succeeded' ? (0,tasks_task/* durationSeconds */.o8)(task) : null;
        if (duration === null)
            continue;
        const kind = kindOf(task);
        const known = durations.get(kind);
        if (known)
            known.push(duration);
        else
            durations.set(kind, [duration]);
    }
    const summaries = new Map();
    return (task) => {
        const kind = kindOf(task);
        const known = durations.get(kind);
        if (known === undefined)
            return null;
        const summary = summaries.get(kind) ?? summaryOf(known);
        summaries.set(kind, summary);
        return summary;
    };
}
function kindOf(task) {
    const image = resolveImage(task.imageUrl);
    return JSON.stringify([image === null ? task.imageUrl : repositoryOf(image), task.clusterId]);
}
const SHORTEST_SECONDS = 1; // the API tells whole seconds, and zero has no logarithm
function summaryOf(seconds) {
    const count = seconds.length;
    const sorted = seconds.toSorted((one, other) => one - other);
    const middle = (count - 1) / 2;
    const medianSeconds = ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
    const logs = seconds.map((duration) => Math.log(Math.max(SHORTEST_SECONDS, duration)));
    const mean = logs.reduce((sum, log) => sum + log, 0) / count;
    const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
    return { count, medianSeconds, scatter: Math.sqrt(squares / Math.max(1, count - 1)) };
}

;// CONCATENATED MODULE: ./build/tasks/coverage.js
/** The products that a number of tasks of one repository in one cluster cover, to be asked task by task. */
class Coverage {
    #hasWholeCluster = false;
    #byProduct = new Map();
    /** Adds the products of one task; none: it covers the whole cluster. */
    add(productIds) {
        if (productIds.length === 0)
            this.#hasWholeCluster = true;
        const products = new Set(productIds);
        for (const productId of products) {
            const others = this.#byProduct.get(productId);
            if (others)
                others.push(products);
            else
                this.#byProduct.set(productId, [products]);
        }
    }
    /** Whether a single one of the added tasks covers all these products; none stands for the whole cluster. */
    coversAll(productIds) {
        if (this.#hasWholeCluster)
            return true;
        const rivals = productIds.map((productId) => this.#byProduct.get(productId) ?? []);
        const [fewest = []] = rivals.sort((one, other) => one.length - other.length);
        return fewest.some((products) => productIds.every((productId) => products.has(productId)));
    }
}

;// CONCATENATED MODULE: ./build/tasks/selection.js




const LISTINGS_UNTIL_DELETED = 2;
/**
 * Takes a complete listing into account.
 * @param listed the tasks of the listing, each once.
 * @param memory what the listing before it left; empty at first.
 * @param ordered the tasks that this step created, by id.
 */
function remember(listed, selectors, memory, ordered) {
    return imagesOf(selectors).map((image, index) => {
        const before = memory[index] ?? { newest: new Map(), superseded: new Set() };
        const candidates = candidatesIn(listed, image, selectors, before, ordered);
        // With task ids, exactly these count.
        if (selectors.taskIds.length > 0)
            return { newest: byId(candidates), superseded: new Set() };
        const newest = byId(withoutSuperseded(candidates));
        const superseded = candidates.map(({ task }) => task.id).filter((id) => !newest.has(id));
        return { newest, superseded: new Set([...before.superseded, ...superseded]) };
    });
}
/**
 * What counts by what is remembered.
 * @param replaced ids of tasks that no longer count, without making room for older ones.
 * @returns a task that is missing from one listing as `Unknown`, from two in a row as `Deleted`.
 */
function selectionFrom(memory, selectors, replaced) {
    const counting = memory.map(({ newest }) => [...newest.values()].filter(({ task }) => !replaced.has(task.id)).map(asCounted));
    const places = counting.map((candidates) => new Places(candidates));
    const images = imagesOf(selectors).map((image, index) => {
        const candidates = counting[index] ?? [];
        const isOneOfSeveral = selectors.images.length > 1 && image !== null;
        return {
            image: image?.text ?? null,
            counted: candidates.map(({ task }) => task).sort(byAge),
            absent: absentFrom(candidates, places[index] ?? new Places([]), selectors, isOneOfSeveral ? image.text : null),
        };
    });
    const all = [...byId(counting.flat()).values()];
    return {
        images,
        counted: all.map(({ task }) => task).sort(byAge),
        unlisted: new Set(all.filter(({ missing }) => missing > 0).map(({ task }) => task.id)),
        absent: images.flatMap(({ absent }) => absent),
        clusters: readinessOf(counting, places, selectors),
    };
}
/** The newer task first; of two as old, the less promising one first, which is the safe side. */
function selection_newestFirst(one, other) {
    return ((other.createTime ?? 0) - (one.createTime ?? 0) ||
        SAFEST_FIRST[(0,tasks_task/* phaseOf */.hU)(one.state)] - SAFEST_FIRST[(0,tasks_task/* phaseOf */.hU)(other.state)] ||
        (one.id < other.id ? -1 : 1));
}
/** Host and path of the image at this address; the address itself where it cannot be read. */
function repositoryAt(imageUrl) {
    const image = resolveImage(imageUrl);
    return image === null ? imageUrl : repositoryOf(image);
}
const SAFEST_FIRST = { unfinished: 0, failed: 1, succeeded: 2 };
function imagesOf({ images }) {
    return images.length > 0 ? images : [null];
}
function candidatesIn(listed, image, selectors, before, ordered) {
    const candidates = new Map();
    const rulesOfKnown = { ...selectors, createdAfter: null };
    for (const shown of listed) {
        if (before.superseded.has(shown.id))
            continue;
        const known = before.newest.get(shown.id);
        const order = ordered.get(shown.id);
        // An id that the API shows in another cluster was not created by this order.
        const isOrdered = order !== undefined && order.image === image?.text && order.clusterId === shown.clusterId;
        // A known task keeps its creation time, and with it its rank, even if the API later omits it.
        const createTime = shown.createTime ?? known?.task.createTime ?? null;
        const task = createTime === shown.createTime ? shown : { ...shown, createTime };
        const rules = known === undefined ? selectors : rulesOfKnown;
        if (isOrdered) {
            const { productIds } = order;
            candidates.set(task.id, { task, repository: repositoryAt(order.image), productIds, missing: 0 });
        }
        else if (differencesFrom(task, image?.reference ?? null, rules).next().done) {
            const repository = known?.repository ?? repositoryAt(task.imageUrl);
            candidates.set(task.id, { task, repository, productIds: (0,tasks_task/* productIdsOf */.De)(task), missing: 0 });
        }
    }
    for (const [id, known] of before.newest) {
        if (!candidates.has(id))
            candidates.set(id, { ...known, missing: known.missing + 1 });
    }
    return [...candidates.values()];
}
/** A task supersedes an older one of the same repository and cluster when it covers every product of the older one. */
function withoutSuperseded(candidates) {
    const coverages = new Map();
    return candidates
        .map((candidate) => ({ candidate, counted: asCounted(candidate) }))
        .sort((one, other) => selection_newestFirst(one.counted.task, other.counted.task))
        .filter(({ candidate: { task, repository, productIds } }) => {
        // Without a creation time a task has no rank among others.
        if (task.createTime === null)
            return true;
        const place = JSON.stringify([repository, task.clusterId]);
        const newer = coverages.get(place) ?? new Coverage();
        coverages.set(place, newer);
        const isSuperseded = newer.coversAll(productIds);
        if (!isSuperseded)
            newer.add(productIds);
        return !isSuperseded;
    })
        .map(({ candidate }) => candidate);
}
/** One absence may be the listing's fault; after two in a row the task is deleted. */
function asCounted(candidate) {
    const { task, missing } = candidate;
    if (missing === 0)
        return candidate;
    if (missing >= LISTINGS_UNTIL_DELETED)
        return { ...candidate, task: { ...task, state: 'Deleted' } };
    return { ...candidate, task: { ...task, state: 'Unknown', completeTime: null } };
}
function byId(candidates) {
    return new Map(candidates.map((candidate) => [candidate.task.id, candidate]));
}
/** Which clusters hold a task, and for which products. */
class Places {
    #clusters = new Map();
    #products = new Set();
    #hasWholeCluster = false;
    constructor(candidates) {
        for (const { task, productIds } of candidates)
            this.#add(task.clusterId, productIds);
    }
    /** Whether there is a task in the cluster, and for the product; `undefined` stands for any. */
    hasTask(clusterId, productId) {
        if (clusterId === undefined) {
            return this.#hasWholeCluster || productId === undefined || this.#products.has(productId);
        }
        const products = this.#clusters.get(clusterId);
        if (products === undefined)
            return false;
        return productId === undefined || products === 'whole cluster' || products.has(productId);
    }
    #add(clusterId, productIds) {
        const known = this.#clusters.get(clusterId);
        if (productIds.length === 0) {
            this.#clusters.set(clusterId, 'whole cluster');
            this.#hasWholeCluster = true;
        }
        else if (known === undefined) {
            this.#clusters.set(clusterId, new Set(productIds));
        }
        else if (known !== 'whole cluster') {
            for (const productId of productIds)
                known.add(productId);
        }
        for (const productId of productIds)
            this.#products.add(productId);
    }
}
/** What was asked for by name and no counted task stands for. */
function absentFrom(candidates, places, { taskIds, clusterIds, productIds }, image) {
    const ids = new Set(candidates.map(({ task }) => task.id));
    const name = image === null ? {} : { image };
    const isNothingListed = clusterIds.length + productIds.length === 0;
    if (isNothingListed && image !== null && candidates.length === 0)
        return [name];
    const inCluster = (clusterId) => {
        const cluster = clusterId === undefined ? {} : { clusterId };
        if (clusterId !== undefined && !places.hasTask(clusterId))
            return [{ ...name, ...cluster }];
        return productIds
            .filter((productId) => !places.hasTask(clusterId, productId))
            .map((productId) => ({ ...name, ...cluster, productId }));
    };
    return [
        ...taskIds.filter((taskId) => !ids.has(taskId)).map((taskId) => ({ ...name, taskId })),
        ...(clusterIds.length > 0 ? clusterIds : [undefined]).flatMap(inCluster),
    ];
}
/**
 * @param counting the counted tasks of each image.
 * @param placesOfImages where these are, in the same order.
 */
function readinessOf(counting, placesOfImages, { clusterIds, productIds }) {
    const phases = new Map(clusterIds.map((clusterId) => [clusterId, new Set()]));
    for (const { task } of counting.flat()) {
        const inCluster = phases.get(task.clusterId) ?? new Set();
        phases.set(task.clusterId, inCluster.add((0,tasks_task/* phaseOf */.hU)(task.state)));
    }
    return [...phases].map(([clusterId, met]) => ({
        clusterId,
        isReady: met.has('succeeded') &&
            met.size === 1 &&
            placesOfImages.every((places) => places.hasTask(clusterId) && productIds.every((productId) => places.hasTask(clusterId, productId))),
        hasFailed: met.has('failed'),
    }));
}
function byAge(one, other) {
    return (one.createTime ?? 0) - (other.createTime ?? 0) || (one.id < other.id ? -1 : 1);
}

;// CONCATENATED MODULE: ./build/wait/verdict.js

function countPhases(tasks) {
    const counts = { total: tasks.length, succeeded: 0, failed: 0, unfinished: 0 };
    for (const task of tasks)
        counts[(0,tasks_task/* phaseOf */.hU)(task.state)] += 1;
    return counts;
}
/** How many tasks the requirement still needs besides those that count; at least one task is always needed. */
function missingCount({ counted, absent, requirement, }) {
    const needed = requirement === 'all' ? 1 : requirement;
    return Math.max(absent.length, needed - counted.length, 0);
}
/** Judges the counted tasks of a complete listing. Zero counted tasks are never a success. */
function judge(evidence) {
    const { counted, absent, requirement, failFast, mayAppear } = evidence;
    const { total, succeeded, failed, unfinished } = countPhases(counted);
    const missing = missingCount(evidence);
    const isCovered = absent.every((expectation) => expectation.taskId !== undefined);
    const isMet = requirement === 'all' ? succeeded === total && missing === 0 : succeeded >= requirement && isCovered;
    if (isMet)
        return failFast || unfinished === 0 ? 'succeeded' : 'waiting';
    const canBeMet = requirement === 'all'
        ? failed === 0 && (missing === 0 || mayAppear)
        : succeeded + unfinished + (mayAppear ? missing : 0) >= requirement && (isCovered || mayAppear);
    if (canBeMet)
        return 'waiting';
    const maySettle = unfinished > 0 || (missing > 0 && mayAppear);
    if (!failFast && maySettle)
        return 'waiting';
    return failed > 0 ? 'failed' : 'not-found';
}
/** Judges each image as if it stood alone: all must have succeeded, and one that cannot succeed decides. */
function judgeImages(images, rules) {
    const verdicts = new Set(images.map(({ counted, absent }) => judge({ counted, absent, ...rules })));
    if (verdicts.has('waiting') && (!rules.failFast || verdicts.size === 1))
        return 'waiting';
    if (verdicts.has('failed'))
        return 'failed';
    if (verdicts.has('not-found')) {
        const hasFailure = images.some(({ counted }) => countPhases(counted).failed > 0);
        return hasFailure ? 'failed' : 'not-found';
    }
    return verdicts.has('waiting') ? 'waiting' : 'succeeded';
}

;// CONCATENATED MODULE: ./build/wait/backoff.js


const SHORTEST_DELAY = 1_000;
const LONGEST_BACKOFF = 30_000;
const BACKOFF_JITTER = 0.25;
const POLL_JITTER = 0.1;
/**
 * The delay before the next poll.
 * @param random uniform in [0, 1): spreads waiters that started together.
 * @returns milliseconds, at least 1 s: at most `pollInterval` after a good poll; after failures 1 s doubling to 30 s,
 *   within a quarter either way, or `retryAfter` and up to a quarter more if that is longer.
 */
function nextDelay(progress, random) {
    const { failuresInARow, retryAfter } = progress;
    if (failuresInARow === 0) {
        return Math.max(SHORTEST_DELAY, worthwhileDelay(progress) * (1 - POLL_JITTER * random));
    }
    const nominal = Math.min(LONGEST_BACKOFF, SHORTEST_DELAY * 2 ** (failuresInARow - 1));
    const jittered = nominal * (1 - BACKOFF_JITTER + 2 * BACKOFF_JITTER * random);
    const backoff = Math.min(LONGEST_BACKOFF, Math.max(SHORTEST_DELAY, jittered));
    return Math.max(backoff, (retryAfter ?? 0) * (1 + BACKOFF_JITTER * random));
}
/** What the result still depends on. One pending task stands for all that is absent. */
function pendingFrom(knowledge) {
    const { inputs, selection, pastDurations, waited, serverNow } = knowledge;
    const { requirement, failFast } = inputs;
    const { counted, absent } = selection;
    const unfinished = (0,tasks_task/* unfinishedOf */.$B)(counted).map((task) => {
        const age = task.createTime === null ? waited : Math.max(0, serverNow - task.createTime * 1000);
        return { age, past: pastDurations(task) };
    });
    const isMissing = missingCount({ counted, absent, requirement }) > 0;
    const pending = isMissing ? [...unfinished, { age: waited, past: null }] : unfinished;
    const isEachNeeded = requirement === 'all' || !failFast;
    const needed = isEachNeeded ? pending.length : requirement - countPhases(counted).succeeded;
    return { pending, needed: Math.max(1, needed) };
}
const STEPS = 64;
// Polls per square root of a second. A higher value notices a result sooner and takes more requests; `npm run bench`
// measures both.
const EAGERNESS = 2.3;
const FAILURE_SHARE = 0.1; // of finishing tasks, a guess on the low side
/**
 * How long to wait until another poll is worth its request. For a given number of polls the mean delay is least when
 * their rate follows the square root of the hazard, the chance per second that the result is decided then
 * (J. B. Keller, Optimum checking schedules for systems subject to random failure, Management Science 21, 1974).
 */
function worthwhileDelay({ pollInterval, pending, needed, failFast }) {
    const hazards = pending.map(hazardOf);
    const now = new Float64Array(pending.length);
    const deciding = now.length - Math.min(needed, now.length);
    const step = pollInterval / STEPS;
    let due = 0;
    for (let index = 0; index < STEPS; index += 1) {
        const ahead = (index + 0.5) * step;
        for (const [position, hazard] of hazards.entries())
            now[position] = hazard(ahead);
        now.sort();
        const failing = failFast ? FAILURE_SHARE * (now.at(-1) ?? 0) : 0;
        const rate = EAGERNESS * Math.sqrt(Math.max(now[deciding] ?? 0, failing));
        const duePerStep = rate * (step / 1000);
        if (due + duePerStep >= 1)
            return (index + (1 - due) / duePerStep) * step;
        due += duePerStep;
    }
    return pollInterval;
}
const LOGISTIC_SIGMA = Math.PI / Math.sqrt(3); // of a log-logistic distribution of shape 1
// Without earlier tasks a duration may be anything: two of three are taken to be between half a minute and a quarter of
// an hour. The shape is 1, so that the hazard falls with age from the start.
const UNKNOWN = { median: 180, sigma: LOGISTIC_SIGMA };
// Before any scatter is seen, this much is assumed, with the weight of so many further tasks.
const PRIOR = { sigma: 0.3, weight: 3 };
const SMALLEST_SIGMA = 0.28; // earlier tasks may agree with each other and be off together: another tag, another day
/**
 * The chance per second that a task finishes, given that it has not, as a function of the milliseconds ahead. The
 * duration is taken as log-logistic: log-normal in the middle, with the heavier tails that an estimate from a few tasks
 * has. The hazard is low before the median, high about it, and falls as shape / age once the estimate proved wrong.
 */
function hazardOf({ age, past }) {
    const median = past === null ? UNKNOWN.median : Math.max(1, past.medianSeconds);
    const shape = LOGISTIC_SIGMA / (past === null ? UNKNOWN.sigma : predictiveSigma(past));
    return (ahead) => {
        const ratio = Math.max(0, age + ahead) / 1000 / median;
        return (shape * ratio ** (shape - 1)) / (median * (1 + ratio ** shape));
    };
}
/**
 * The standard deviation of the logarithm of the next duration after `count` earlier ones: their scatter, drawn towards
 * a prior where they are few, and the error of their centre (Gelman et al., Bayesian Data Analysis, section 3.3).
 */
function predictiveSigma({ count, scatter }) {
    const squares = PRIOR.weight * PRIOR.sigma ** 2 + (count - 1) * scatter ** 2;
    const variance = (squares / (PRIOR.weight + count - 1)) * (1 + 1 / count);
    return Math.min(UNKNOWN.sigma, Math.max(SMALLEST_SIGMA, Math.sqrt(variance)));
}

;// CONCATENATED MODULE: ./build/wait/retry-policy.js
const NO_FAILURES = {
    count: 0,
    last: null,
    run: { kind: 'other', since: 0, count: 0 },
};
/** @param startedAt when the request that failed was sent. */
function withFailure(streak, failure, startedAt) {
    const kind = runKindOf(failure);
    const isSameRun = streak.run.count > 0 && streak.run.kind === kind;
    return {
        count: streak.count + 1,
        last: failure,
        run: isSameRun ? { ...streak.run, count: streak.run.count + 1 } : { kind, since: startedAt, count: 1 },
    };
}
const FIRST_ANSWER_TRIES = 5;
const FIRST_ANSWER_PATIENCE = 120_000;
const REFUSAL_TRIES = 3;
const REFUSAL_PATIENCE = 60_000;
/**
 * Decides whether the failures are too many.
 * @param hasAnswered whether there was a good answer before them.
 * @param now when the last one came.
 * @param deadline when the wait ends.
 * @returns `null` while it is worth trying again.
 */
function giveUp({ last, run }, hasAnswered, now, deadline) {
    if (last === null)
        return null;
    const { kind, problem, retryAfter } = last;
    if (kind === 'fatal')
        return { result: 'error', cause: problem };
    if (kind === 'refused') {
        if (!hasAnswered)
            return { result: 'error', cause: problem };
        const isPersistent = run.count >= REFUSAL_TRIES && now - run.since >= REFUSAL_PATIENCE;
        return isPersistent
            ? {
                result: 'error',
                cause: `The API has refused every poll for a minute, while tasks may still be running: ${problem}`,
            }
            : null;
    }
    if (retryAfter !== null && now + retryAfter > deadline) {
        const cause = `the server asked to be left alone until after the timeout: ${problem}`;
        return { result: 'timed-out', cause };
    }
    const isHopeless = run.kind === 'other' && run.count >= FIRST_ANSWER_TRIES && now - run.since >= FIRST_ANSWER_PATIENCE;
    return !hasAnswered && isHopeless ? neverAnswered(last, run.count) : null;
}
/** What a wait without a single good answer ends with. */
function neverAnswered(last, tries) {
    const reason = last === null
        ? 'the wait ended before its first poll was answered'
        : `the last of ${tries === 1 ? '1 try' : `${tries} tries`} failed: ${last.problem}`;
    return { result: 'error', cause: `The API never gave a good answer; ${reason}` };
}
function runKindOf({ kind, retryAfter }) {
    if (kind === 'busy' || retryAfter !== null)
        return 'waits';
    return kind === 'refused' ? 'refused' : 'other';
}

;// CONCATENATED MODULE: ./build/wait/create-missing.js






const LISTINGS_UNTIL_REPEATED = 2;
const TIME_UNTIL_REPEATED = 60_000;
const SHORTEST_ATTEMPT_DELAY = 30_000;
const ATTEMPT_JITTER = 0.25;
function noCreations(inputs) {
    const orders = inputs.createMissing ? ordersFor(inputs) : [];
    return {
        ordered: new Map(),
        places: new Map(orders.map((order) => [
            placeKey(order),
            {
                order,
                isCreated: false,
                attempts: 0,
                nextAttemptAt: null,
                retried: [],
                hasGivenUp: false,
                lost: null,
            },
        ])),
        seenUnfinished: new Set(),
        failedBefore: new Set(),
        replaced: new Set(),
        failedAttempts: [],
        failures: NO_FAILURES,
        quota: null,
    };
}
/** Knows the tasks of lost requests by all that was asked for; the API may show the image under another host. */
function adoptLost(creations, listed) {
    let adopted = creations;
    for (const { order, lost } of creations.places.values()) {
        if (lost === null)
            continue;
        const found = listed.find((task) => mayBeFrom(order, lost, task, adopted) &&
            task.note === (order.note ?? '') &&
            String((0,tasks_task/* productIdsOf */.De)(task)) === String(order.productIds.toSorted()));
        if (found !== undefined)
            adopted = withCreated(adopted, order, found.id);
    }
    return adopted;
}
/** Decides what is to be created now, and which failed tasks are replaced. */
function planCreations(before, context) {
    const { selection, inputs, now } = context;
    const creations = withSeen(before, context);
    const tasksByPlace = groupByPlace(selection);
    const places = new Map(creations.places);
    const replaced = new Set(creations.replaced);
    const failedAttempts = [...creations.failedAttempts];
    const orders = [];
    const events = [];
    for (const [key, known] of creations.places) {
        const tasks = tasksByPlace.get(key) ?? [];
        // Neither a failure from before the step nor one that is replaced already says that a task is there.
        const isVoid = ({ id }) => replaced.has(id) || (creations.failedBefore.has(id) && !creations.ordered.has(id));
        const place = withRetry(known, tasks.filter((task) => !isVoid(task)), context);
        if (place !== known) {
            for (const task of tasks.filter(({ id }) => place.retried.includes(id))) {
                replaced.add(task.id);
                failedAttempts.push(task);
                const delay = (place.nextAttemptAt ?? now) - now;
                events.push({
                    type: 'attempt-failed',
                    task,
                    attempt: place.attempts,
                    of: inputs.recreateFailed,
                    delay,
                });
            }
        }
        if (!lacksTask(place.order, tasks, isVoid)) {
            places.set(key, { ...place, lost: null, nextAttemptAt: null });
            continue;
        }
        const lost = place.lost && { ...place.lost, listings: place.lost.listings + 1 };
        const next = { ...place, lost };
        places.set(key, next);
        if (isDue(next, context, creations))
            orders.push(place.order);
        for (const task of tasks.filter(isVoid))
            replaced.add(task.id);
    }
    const isSettled = orders.length === 0 && ![...places.values()].some(isUnderWay);
    const failures = isSettled ? NO_FAILURES : creations.failures;
    return { creations: { ...creations, places, replaced, failedAttempts, failures }, orders, events };
}
/** Takes in what the API answered to an order. */
function withCreationAnswer(creations, order, answer, sentAt, serverClockOffset) {
    if (!(0,types/* isFailure */.N6)(answer))
        return withCreated(creations, order, answer.taskId);
    const failures = withFailure(creations.failures, answer, sentAt);
    if (!isUnclear(answer))
        return { ...creations, failures };
    const first = creations.places.get(placeKey(order))?.lost;
    const sentAtServer = first?.sentAtServer ?? (sentAt + serverClockOffset) / 1000;
    const lost = { sentAt, sentAtServer, listings: 0 };
    return { ...withPlace(creations, order, { lost, nextAttemptAt: null }), failures };
}
/** Whether a task may have been created although the API did not say so. */
function isUnclear({ kind, status, reason, problem }) {
    if (kind === 'transient' || status === 409)
        return true;
    const saysItExists = /(?<!not_?)exist|duplicate/i.test(reason) || /already exist/i.test(problem);
    return kind === 'refused' && saysItExists;
}
/** Whether these orders only create failed tasks anew. */
function areRetries(creations, orders) {
    return orders.every((order) => (creations.places.get(placeKey(order))?.attempts ?? 0) > 0);
}
/** Creates nothing anew any more at these places: the failed tasks there count again. */
function withoutRetries(creations, orders) {
    let next = creations;
    for (const order of orders) {
        const retried = creations.places.get(placeKey(order))?.retried ?? [];
        next = {
            ...withPlace(next, order, { hasGivenUp: true, nextAttemptAt: null }),
            replaced: new Set([...next.replaced].filter((id) => !retried.includes(id))),
            failedAttempts: next.failedAttempts.filter(({ id }) => !retried.includes(id)),
        };
    }
    return next;
}
/** Whether a task is still to be created, or may have been without being listed yet. */
function isCreating(creations) {
    return [...creations.places.values()].some(isUnderWay);
}
/** Where requests may have created tasks that no listing has shown yet. */
function unclearPlaces(creations, inputs) {
    const places = [...creations.places.values()].filter(({ lost }) => lost !== null);
    return places.map(({ order }) => placeOf(order, inputs));
}
/** The next moment at which a task may have to be created; infinite when there is none. */
function nextCreationAt(creations) {
    const moments = [...creations.places.values()].map(({ nextAttemptAt, lost }) => Math.min(nextAttemptAt ?? Number.POSITIVE_INFINITY, lost ? lost.sentAt + TIME_UNTIL_REPEATED : Number.POSITIVE_INFINITY));
    return Math.min(Number.POSITIVE_INFINITY, ...moments);
}
/** The place of an order, with the image only where there are several. */
function placeOf({ imageUrl, clusterId }, { images }) {
    return images.length > 1 ? { image: imageUrl, clusterId } : { clusterId };
}
function ordersFor({ images, clusterIds, productIds, note, registryAuthId }) {
    return images.flatMap(({ text }) => clusterIds.map((clusterId) => ({ imageUrl: text, clusterId, productIds, note, registryAuthId })));
}
function placeKey({ imageUrl, clusterId }) {
    return JSON.stringify([imageUrl, clusterId]);
}
function withPlace(creations, order, change) {
    const key = placeKey(order);
    const place = creations.places.get(key);
    if (place === undefined)
        return creations;
    return { ...creations, places: new Map(creations.places).set(key, { ...place, ...change }) };
}
function withCreated(creations, order, taskId) {
    const { imageUrl, clusterId, productIds } = order;
    const replaced = new Set(creations.replaced);
    replaced.delete(taskId); // the API may run a failed task again instead of making another
    const ordered = new Map(creations.ordered).set(taskId, { image: imageUrl, clusterId, productIds });
    const created = withPlace(creations, order, { isCreated: true, lost: null, nextAttemptAt: null });
    return { ...created, ordered, replaced, failures: NO_FAILURES };
}
/** Notes which tasks run or had failed before. One that failed and runs again, or has succeeded, is not void any more. */
function withSeen(creations, { selection, startedAtServer }) {
    const seenUnfinished = new Set(creations.seenUnfinished);
    const failedBefore = new Set(creations.failedBefore);
    const replaced = new Set(creations.replaced);
    const revived = new Set();
    for (const task of selection.counted) {
        const phase = (0,tasks_task/* phaseOf */.hU)(task.state);
        if (phase === 'unfinished')
            seenUnfinished.add(task.id);
        if (create_missing_hasFailedBefore(task, startedAtServer) && !seenUnfinished.has(task.id))
            failedBefore.add(task.id);
        if (phase !== 'failed' && !selection.unlisted.has(task.id)) {
            failedBefore.delete(task.id);
            if (replaced.delete(task.id))
                revived.add(task.id);
        }
    }
    const failedAttempts = creations.failedAttempts.filter(({ id }) => !revived.has(id));
    return { ...creations, seenUnfinished, failedBefore, replaced, failedAttempts };
}
/** The counted tasks by image and cluster. */
function groupByPlace({ images }) {
    const tasks = images.flatMap(({ image, counted }) => counted.map((task) => ({ image, task })));
    const groups = Map.groupBy(tasks, ({ image, task }) => placeKey({ imageUrl: image ?? '', clusterId: task.clusterId }));
    return new Map([...groups].map(([key, group]) => [key, group.map(({ task }) => task)]));
}
/** Whether something that is listed is covered by no task, or only by tasks that are void. */
function lacksTask({ productIds }, tasks, isVoid) {
    if (productIds.length === 0)
        return tasks.every(isVoid);
    return productIds.some((productId) => tasks.filter((task) => (0,tasks_task/* coversProduct */.An)(task, productId)).every(isVoid));
}
/** Plans another attempt where the newest task failed during the step. */
function withRetry(place, counting, { inputs, now, deadline, random }) {
    const [newest] = counting.toSorted(selection_newestFirst);
    const mayRetry = place.lost === null && !place.hasGivenUp && place.attempts < inputs.recreateFailed;
    // A task that somebody deleted is not created against their will.
    if (newest?.state !== 'Failed' || !mayRetry)
        return place;
    const delay = SHORTEST_ATTEMPT_DELAY * 2 ** place.attempts * (1 + ATTEMPT_JITTER * random);
    if (now + delay >= deadline)
        return place;
    const retried = counting.filter(({ state }) => state === 'Failed').map(({ id }) => id);
    return { ...place, attempts: place.attempts + 1, nextAttemptAt: now + delay, retried };
}
function isUnderWay({ lost, nextAttemptAt }) {
    return lost !== null || nextAttemptAt !== null;
}
/** Whether a place that lacks a task gets one now. */
function isDue({ order, isCreated, nextAttemptAt, lost }, { listed, now }, creations) {
    if (lost !== null) {
        const isLongGone = lost.listings >= LISTINGS_UNTIL_REPEATED && now - lost.sentAt >= TIME_UNTIL_REPEATED;
        return isLongGone && !listed.some((task) => mayBeFrom(order, lost, task, creations));
    }
    if (nextAttemptAt !== null)
        return now >= nextAttemptAt && !isRunning(order, listed, creations);
    return !isCreated;
}
/** Whether any task of the image is unfinished in the cluster, be it superseded. */
function isRunning(order, listed, { ordered }) {
    return (0,tasks_task/* unfinishedOf */.$B)(listed).some((task) => {
        const own = ordered.get(task.id);
        if (own !== undefined)
            return placeKey({ imageUrl: own.image, clusterId: own.clusterId }) === placeKey(order);
        return task.clusterId === order.clusterId && isImageOf(order, task);
    });
}
/** Whether the task may be what a lost request created. */
function mayBeFrom(order, { sentAtServer }, task, { ordered, failedBefore, replaced }) {
    if (task.clusterId !== order.clusterId || !(0,creation_time/* isCreatedSince */.Z)(task, sentAtServer))
        return false;
    if (ordered.has(task.id) || failedBefore.has(task.id) || replaced.has(task.id))
        return false;
    return isImageOf(order, task);
}
/** Whether the task is of the image that was ordered; the API may have moved it to a mirror or dropped its tag. */
function isImageOf(order, task) {
    const [asked, shown] = [resolveImage(order.imageUrl), resolveImage(task.imageUrl)];
    if (asked === null || shown === null)
        return false;
    const isSamePath = `/${shown.path}`.endsWith(`/${asked.path}`) || `/${asked.path}`.endsWith(`/${shown.path}`);
    const isBare = shown.tag === 'latest' && shown.digest === null;
    return isSamePath && (isBare || (asked.tag === shown.tag && asked.digest === shown.digest));
}
/** Where the API does not say when it failed, it is enough that it was created before and is seen failed. */
function create_missing_hasFailedBefore(task, startedAtServer) {
    const lastKnown = task.completeTime ?? task.createTime ?? 0;
    return task.state === 'Failed' && lastKnown * 1000 <= startedAtServer;
}

;// CONCATENATED MODULE: ./build/wait/superseded.js



/**
 * The finished tasks that a newer one supersedes, failed ones first, then the oldest first. A success may go only
 * when a newer success covers all that it covers, so that a cluster always keeps its newest one.
 */
function deletableTasks({ listed, counted, ordered, orders, deleted }) {
    // As in the selection: an id that the API shows in another cluster was not created by this order.
    const orderOf = ({ id, clusterId }) => {
        const order = ordered.get(id);
        return order?.clusterId === clusterId ? order : undefined;
    };
    const placeOf = (task) => superseded_placeKey(repositoryAt(orderOf(task)?.image ?? task.imageUrl), task.clusterId);
    const productsOf = (task) => orderOf(task)?.productIds ?? (0,tasks_task/* productIdsOf */.De)(task);
    const countedIds = new Set(counted.map(({ id }) => id));
    const failedCovers = new Map();
    for (const { imageUrl, clusterId, productIds } of orders) {
        coverIn(failedCovers, superseded_placeKey(repositoryAt(imageUrl), clusterId), productIds);
    }
    const places = new Set([...counted.map(placeOf), ...failedCovers.keys()]);
    const successCovers = new Map();
    const deletable = [];
    const ranked = listed.filter((task) => task.createTime !== null && places.has(placeOf(task)));
    for (const sameAge of inStepsOfAge(ranked.sort(selection_newestFirst))) {
        for (const task of sameAge) {
            const phase = (0,tasks_task/* phaseOf */.hU)(task.state);
            const newer = (phase === 'succeeded' ? successCovers : failedCovers).get(placeOf(task));
            const isCovered = newer?.coversAll(productsOf(task)) ?? false;
            const isInUse = phase === 'unfinished' || countedIds.has(task.id) || deleted.has(task.id);
            if (isCovered && !isInUse)
                deletable.push(task);
        }
        for (const task of sameAge) {
            const products = productsOf(task);
            coverIn(failedCovers, placeOf(task), products);
            if ((0,tasks_task/* phaseOf */.hU)(task.state) === 'succeeded')
                coverIn(successCovers, placeOf(task), products);
        }
    }
    const oldestFirst = deletable.reverse();
    const isFailed = (task) => (0,tasks_task/* phaseOf */.hU)(task.state) === 'failed';
    return [...oldestFirst.filter(isFailed), ...oldestFirst.filter((task) => !isFailed(task))];
}
function superseded_placeKey(repository, clusterId) {
    return JSON.stringify([repository, clusterId]);
}
function coverIn(covers, place, productIds) {
    const coverage = covers.get(place) ?? new Coverage();
    coverage.add(productIds);
    covers.set(place, coverage);
}
/** Tasks that were created in the same second do not supersede each other here. */
function inStepsOfAge(sorted) {
    return [...Map.groupBy(sorted, ({ createTime }) => createTime).values()];
}

;// CONCATENATED MODULE: ./build/wait/state.js












const SHORTEST_GRACE = 5_000;
const SHORTEST_APPEARANCE = 60_000; // listings may lag behind a creation
const MOST_DELETIONS = 100;
function initialState(inputs, startedAt) {
    const creations = noCreations(inputs);
    const memory = remember([], selectorsAt(inputs, startedAt, 0), [], creations.ordered);
    return {
        inputs,
        startedAt,
        deadline: startedAt + inputs.timeout,
        polls: 0,
        failedPolls: 0,
        hasListing: false,
        serverClockOffset: 0,
        appearDeadline: Number.POSITIVE_INFINITY,
        memory,
        selection: selectionFrom(memory, selectorsAt(inputs, startedAt, 0), creations.replaced),
        pastDurations: () => null,
        failures: NO_FAILURES,
        creations,
        deletedTaskIds: [],
        slowestListing: 0,
        unconfirmed: null,
        isCertain: false,
        wideSearch: null,
    };
}
/** The listings that together are one poll. */
function queriesFor({ inputs, wideSearch }) {
    const { images, note, clusterIds, taskIds } = inputs;
    if (wideSearch !== null)
        return [{ name: null, clusterId: null, taskIds }];
    const names = images.length > 0 ? images.map(({ reference }) => imageNameOf(reference)) : [note];
    // With task ids one listing is enough, since v2 looks these up one by one whatever the name.
    if (taskIds.length > 0 && new Set(names).size > 1)
        return [{ name: null, clusterId: null, taskIds }];
    const clusterId = clusterIds.length === 1 ? (clusterIds[0] ?? null) : null;
    return [...new Set(names)].map((name) => ({ name, clusterId, taskIds }));
}
/** How long a poll may go on after the deadline, or a last poll after its start, in milliseconds. */
function graceOf({ inputs, slowestListing }) {
    return Math.min(inputs.requestTimeout, Math.max(SHORTEST_GRACE, slowestListing));
}
/** Takes a complete listing in and decides what follows from it. */
function afterListing(before, listing, at) {
    const { inputs, startedAt, deadline } = before;
    const serverClockOffset = listing.serverClockOffset ?? before.serverClockOffset;
    const selectors = selectorsAt(inputs, startedAt, serverClockOffset);
    const adopted = adoptLost(before.creations, listing.tasks);
    const memory = remember(listing.tasks, selectors, before.memory, adopted.ordered);
    const everything = selectionFrom(memory, selectors, new Set());
    const plan = planCreations(adopted, {
        inputs,
        listed: listing.tasks,
        selection: everything,
        startedAtServer: startedAt + serverClockOffset,
        now: at.now,
        deadline,
        random: at.random,
    });
    const { creations, orders } = plan;
    const state = {
        ...before,
        polls: before.polls + 1,
        hasListing: true,
        serverClockOffset,
        appearDeadline: before.hasListing ? before.appearDeadline : firstAppearDeadline(before, at.now),
        memory,
        selection: creations.replaced.size === 0 ? everything : selectionFrom(memory, selectors, creations.replaced),
        pastDurations: pastDurationsIn(listing.tasks),
        failures: NO_FAILURES,
        creations,
        slowestListing: Math.max(before.slowestListing, at.now - at.sentAt),
        unconfirmed: null,
        isCertain: !listing.mayBeIncomplete,
        wideSearch: before.wideSearch && { nearMisses: null },
    };
    const isOver = at.pollAt >= deadline;
    const verdict = judgeImages(state.selection.images, {
        requirement: inputs.requirement,
        failFast: inputs.failFast || isOver,
        mayAppear: mayAppear(state, at.pollAt) || orders.length > 0,
    });
    const events = [...news(before, state, orders, at), ...plan.events];
    const step = (decision, change = {}) => {
        return { state: { ...state, ...change }, events, decision };
    };
    if (verdict === 'waiting' && (orders.length === 0 || isOver)) {
        return step(isOver ? timedOut(state) : nextPoll(state, NO_FAILURES, at));
    }
    const nearMisses = verdict === 'not-found' ? nearMissesAmong(listing.tasks, selectors, state.selection.counted) : [];
    const fingerprint = fingerprintOf(verdict, orders, state.selection);
    const isCertain = state.isCertain || before.unconfirmed === fingerprint;
    const pollNow = { kind: 'poll', at: Math.max(at.now, at.pollAt) };
    if (verdict === 'not-found' && state.wideSearch === null) {
        const wideSearch = { nearMisses: isCertain ? nearMisses : null };
        return step(pollNow, { unconfirmed: fingerprint, wideSearch });
    }
    if (!isCertain) {
        const isFirstReading = before.unconfirmed === null;
        const later = isOver ? timedOut(state) : nextPoll(state, NO_FAILURES, at);
        return step(isFirstReading ? pollNow : later, { unconfirmed: fingerprint });
    }
    if (verdict !== 'waiting') {
        return step(withDeletion(state, listing, ending(verdict, null, nearMisses)), { isCertain });
    }
    const room = inputs.deleteSuperseded ? deletableFrom(state, listing, orders) : [];
    return step({ kind: 'read quota', orders, room }, { isCertain });
}
/** Takes a failed poll in; `isCutOff` says that the end of the wait cut it off. */
function afterFailure(before, failure, at) {
    const { deadline, hasListing, wideSearch } = before;
    const failures = withFailure(before.failures, failure, at.pollAt);
    const state = {
        ...before,
        polls: before.polls + 1,
        failedPolls: before.failedPolls + 1,
        failures,
        unconfirmed: null,
    };
    const end = (decision) => ({ state, events: [], decision });
    if (wideSearch?.nearMisses)
        return end(ending('not-found', null, wideSearch.nearMisses));
    const givingUp = giveUp(failures, hasListing, at.now, deadline);
    if (givingUp?.result === 'timed-out')
        return end(timedOut(state, givingUp.cause));
    if (givingUp)
        return end(ending(givingUp.result, givingUp.cause));
    if (at.pollAt >= deadline || at.isCutOff)
        return end(timedOut(state));
    const decision = nextPoll(state, failures, at);
    const event = { type: 'poll-failed', problem: failure.problem, delay: decision.at - at.now };
    return { state, events: [event], decision };
}
/** Decides whether the quota, `null` when it cannot be read, has room for the orders. */
function afterQuota(before, { orders, room }, quota, at) {
    const state = { ...before, creations: { ...before.creations, quota } };
    const step = (decision) => ({ state, events: [], decision });
    if (at.now >= state.deadline)
        return step({ kind: 'poll', at: at.now });
    const lacking = quota === null ? 0 : orders.length - (quota.limit - quota.used);
    if (quota === null || lacking <= 0)
        return step(create(orders, { kind: 'poll', at: at.now }));
    if (room !== null && room.length >= lacking) {
        const next = { kind: 'read quota', orders, room: null };
        return step({ kind: 'delete', tasks: room.slice(0, lacking), next });
    }
    if (areRetries(state.creations, orders)) {
        const creations = withoutRetries(state.creations, orders);
        return { ...step({ kind: 'poll', at: at.now }), state: { ...state, creations } };
    }
    const needed = orders.length === 1 ? '1 task is' : `${orders.length} tasks are`;
    const advice = state.inputs.deleteSuperseded
        ? 'delete tasks that are not needed any more, or ask for a larger quota'
        : 'delete finished tasks, set delete-superseded to true, or ask for a larger quota';
    return step(ending('error', `Nothing was created, since ${needed} needed and the quota has no room for that: ${quota.used} of ${quota.limit} allowed tasks exist; ${advice}`));
}
/** Takes in what the API answered to an order. */
function afterCreation(before, { order, others }, answer, at) {
    const { inputs, serverClockOffset, deadline } = before;
    const creations = withCreationAnswer(before.creations, order, answer, at.sentAt, serverClockOffset);
    const place = placeOf(order, inputs);
    const appearance = Math.max(inputs.appearTimeout, SHORTEST_APPEARANCE);
    const state = {
        ...before,
        creations,
        appearDeadline: Math.max(before.appearDeadline, at.now + appearance),
    };
    if (!(0,types/* isFailure */.N6)(answer)) {
        const next = nextPoll(state, NO_FAILURES, at);
        const decision = at.now < deadline ? create(others, next) : next;
        return { state, events: [{ type: 'created', place, taskId: answer.taskId }], decision };
    }
    const unclear = isUnclear(answer);
    const givingUp = unclear ? null : giveUp(creations.failures, false, at.now, deadline);
    if (givingUp?.result === 'timed-out') {
        return { state, events: [], decision: timedOut(state, givingUp.cause) };
    }
    if (givingUp) {
        const target = `A task for ${order.imageUrl} in cluster ${order.clusterId}`;
        const cause = `${target} could not be created: ${answer.problem}${sizeLimit(state, answer)}`;
        return { state, events: [], decision: ending('error', cause) };
    }
    const event = { type: 'creation-failed', place, problem: answer.problem, isUnclear: unclear };
    return { state, events: [event], decision: nextPoll(state, creations.failures, at) };
}
/** Takes in what the API answered to a deletion; a failure changes nothing but the log. */
function afterDeletion(before, { tasks, next }, failure) {
    if (failure !== null) {
        const event = { type: 'deletion-failed', tasks, problem: failure.problem };
        return { state: before, events: [event], decision: next };
    }
    const deletedTaskIds = [...before.deletedTaskIds, ...tasks.map(({ id }) => id)];
    return { state: { ...before, deletedTaskIds }, events: [{ type: 'deleted', tasks }], decision: next };
}
/** What the log says from time to time. */
function heartbeat(state, now) {
    const { selection, pastDurations, failures, startedAt, serverClockOffset } = state;
    return {
        type: 'heartbeat',
        waited: now - startedAt,
        serverNow: now + serverClockOffset,
        unfinished: (0,tasks_task/* unfinishedOf */.$B)(selection.counted).map((task) => ({ task, past: pastDurations(task) })),
        absent: selection.absent,
        failing: failures.last?.problem ?? null,
    };
}
function ending(result, cause, nearMisses = []) {
    return { kind: 'end', result, cause, nearMisses };
}
function outcomeOf(state, { result, cause, nearMisses }, endedAt) {
    const { selection, creations, inputs } = state;
    return {
        result,
        cause,
        tasks: selection.counted,
        clusters: selection.clusters,
        // Before the first listing nothing is known to be absent.
        absent: state.hasListing ? selection.absent : [],
        nearMisses,
        createdTaskIds: [...creations.ordered.keys()],
        deletedTaskIds: state.deletedTaskIds,
        unclearCreations: unclearPlaces(creations, inputs),
        failedAttempts: creations.failedAttempts,
        startedAt: state.startedAt,
        endedAt,
        serverClockOffset: state.serverClockOffset,
        polls: state.polls,
        failedPolls: state.failedPolls,
    };
}
function selectorsAt(inputs, startedAt, serverClockOffset) {
    const { createdAfter } = inputs;
    return {
        ...inputs,
        createdAfter: createdAfter && (0,creation_time/* earliestCreation */.f)(createdAfter, startedAt, serverClockOffset),
    };
}
/** A time as long as the whole wait ends with it, not later by as much as the first answer took. */
function firstAppearDeadline({ inputs, deadline, polls }, now) {
    const isWholeWait = polls === 0 && inputs.appearTimeout === inputs.timeout;
    return isWholeWait ? deadline : now + inputs.appearTimeout;
}
function mayAppear({ inputs, appearDeadline, creations }, at) {
    const isAppearing = (inputs.appearTimeout > 0 || creations.ordered.size > 0) && at < appearDeadline;
    return isAppearing || isCreating(creations);
}
/** What a decision goes by: a second reading confirms it only when it counts the same tasks in the same states. */
function fingerprintOf(verdict, orders, { counted }) {
    return JSON.stringify([
        verdict,
        orders.map(({ imageUrl, clusterId }) => [imageUrl, clusterId]),
        counted.map(({ id, state }) => [id, state]),
    ]);
}
function news(before, state, orders, { now }) {
    const events = [];
    if (before.failures.count > 0)
        events.push({ type: 'recovered', failedPolls: before.failures.count });
    const changes = changesBetween(before.selection, state.selection);
    const serverNow = now + state.serverClockOffset;
    if (changes.length > 0)
        events.push({ type: 'changed', changes, serverNow });
    const { absent } = state.selection;
    const isNews = !before.hasListing || JSON.stringify(absent) !== JSON.stringify(before.selection.absent);
    const isBeingCreated = orders.length > 0 || isCreating(state.creations);
    if (isNews && isMissing(state) && !isBeingCreated) {
        const timeLeft = Math.max(0, state.appearDeadline - now);
        events.push({ type: 'absent', absent, counted: state.selection.counted.length, timeLeft });
    }
    return events;
}
function changesBetween(before, { counted, unlisted }) {
    const known = new Map(before.counted.map((task) => [task.id, task]));
    return counted.flatMap((task) => {
        const earlier = known.get(task.id);
        const isListed = !unlisted.has(task.id) || task.state === 'Deleted';
        const isSame = earlier?.state === task.state &&
            JSON.stringify(earlier.reasons) === JSON.stringify(task.reasons) &&
            before.unlisted.has(task.id) === unlisted.has(task.id);
        return isSame ? [] : [{ task, from: earlier?.state ?? null, isListed }];
    });
}
function isMissing({ selection, inputs }) {
    const { requirement } = inputs;
    return selection.images.some((image) => missingCount({ ...image, requirement }) > 0);
}
/** When the next poll is due: as the schedule says, but not after something that is to be judged or created. */
function nextPoll(state, failures, { now, random }) {
    const { inputs, selection, pastDurations, startedAt, deadline, appearDeadline, creations } = state;
    const serverNow = now + state.serverClockOffset;
    const { pending, needed } = pendingFrom({
        inputs,
        selection,
        pastDurations,
        waited: now - startedAt,
        serverNow,
    });
    const delay = nextDelay({
        pollInterval: inputs.pollInterval,
        failuresInARow: failures.count,
        retryAfter: failures.last?.retryAfter ?? null,
        pending,
        needed,
        failFast: inputs.failFast,
    }, random);
    if (failures.count > 0)
        return { kind: 'poll', at: Math.min(now + delay, deadline) };
    const dueTimes = [nextCreationAt(creations), isMissing(state) ? appearDeadline : deadline]
        .filter((time) => time > now)
        .map((time) => Math.max(time, now + SHORTEST_DELAY));
    return { kind: 'poll', at: Math.min(now + delay, deadline, ...dueTimes) };
}
/** The end at the timeout: what the finished tasks already decide is told as such. */
function timedOut(state, cause = null) {
    const { failures, creations, selection, inputs, hasListing } = state;
    if (!hasListing && cause === null) {
        const { result, cause: reason } = neverAnswered(failures.last, state.failedPolls);
        return ending(result, reason);
    }
    const { requirement } = inputs;
    const verdict = judgeImages(selection.images, { requirement, failFast: true, mayAppear: true });
    if (verdict === 'failed' || (verdict === 'succeeded' && state.isCertain))
        return ending(verdict, null);
    if (cause !== null)
        return ending('timed-out', cause);
    const poll = failures.last && `the last poll failed: ${failures.last.problem}`;
    const creation = creations.failures.last;
    return ending('timed-out', poll ?? (creation && `the last request to create a task failed: ${creation.problem}`));
}
function create([order, ...others], otherwise) {
    return order === undefined ? otherwise : { kind: 'create', order, others };
}
/** After a success what is superseded is deleted first, when that is asked for. */
function withDeletion(state, listing, end) {
    if (end.result !== 'succeeded' || !state.inputs.deleteSuperseded)
        return end;
    const tasks = deletableFrom(state, listing, []).slice(0, MOST_DELETIONS);
    return tasks.length > 0 ? { kind: 'delete', tasks, next: end } : end;
}
function deletableFrom({ selection, creations, deletedTaskIds }, { tasks }, orders) {
    return deletableTasks({
        listed: tasks,
        counted: selection.counted,
        ordered: creations.ordered,
        orders,
        deleted: new Set(deletedTaskIds),
    });
}
function sizeLimit({ creations: { quota } }, { reason, problem }) {
    const isTooLarge = /size|large/i.test(`${reason} ${problem}`);
    const gigabytes = quota?.gigabytesPerImage ?? null;
    return isTooLarge && gigabytes !== null ? `; the quota allows images of up to ${gigabytes} GB` : '';
}

;// CONCATENATED MODULE: ./build/wait/poller.js





/** Polls until the counted tasks decide the result, the time is up, or the signal aborts. Never rejects. */
async function wait(inputs, ports) {
    return new Wait(inputs, ports).run();
}
/** Carries out what the pure steps of the state decide. */
class Wait {
    #ports;
    #state;
    constructor(inputs, ports) {
        this.#ports = ports;
        this.#state = initialState(inputs, ports.clock.now());
    }
    async run() {
        const { clock, signal, observe } = this.#ports;
        const stopHeartbeat = startHeartbeat(clock, () => observe(heartbeat(this.#state, clock.now())));
        try {
            let decision = { kind: 'poll', at: this.#state.startedAt };
            while (decision.kind !== 'end') {
                const step = await this.#carryOut(decision);
                if (step !== null)
                    this.#take(step);
                if (signal.aborted)
                    return this.#outcome(ending('cancelled', String(signal.reason)));
                if (step !== null)
                    decision = step.decision;
            }
            return this.#outcome(decision);
        }
        catch (bug) {
            return this.#outcome(ending('error', (0,build_text/* ownFault */.Nw)(bug)));
        }
        finally {
            stopHeartbeat();
        }
    }
    #take({ state, events }) {
        this.#state = state;
        for (const event of events)
            this.#ports.observe(event);
    }
    #outcome(end) {
        return outcomeOf(this.#state, end, this.#ports.clock.now());
    }
    /** Returns `null` when the signal aborted before anything was asked for. */
    async #carryOut(decision) {
        const { api, clock, signal } = this.#ports;
        if (decision.kind === 'poll') {
            await sleep(clock, decision.at - clock.now(), signal);
            return signal.aborted ? null : this.#poll(decision.at);
        }
        if (decision.kind === 'delete') {
            const failure = await api.delete(decision.tasks.map(({ id }) => id), signal);
            return afterDeletion(this.#state, decision, failure);
        }
        if (decision.kind === 'read quota') {
            const quota = await this.#endingAt(this.#state.deadline, (cut) => api.quota(cut));
            return afterQuota(this.#state, decision, quota, this.#moment());
        }
        const sentAt = clock.now();
        const answer = await this.#endingAt(this.#state.deadline, (cut) => api.create(decision.order, cut));
        return afterCreation(this.#state, decision, answer, { ...this.#moment(), sentAt });
    }
    /** @param pollAt the time that the poll was planned for. */
    async #poll(pollAt) {
        const { clock } = this.#ports;
        const sentAt = clock.now();
        const endsAt = Math.max(this.#state.deadline, sentAt) + graceOf(this.#state);
        let isCutOff = false;
        const answer = await this.#endingAt(endsAt, async (cut) => {
            const listing = await this.#list(cut);
            isCutOff = cut.aborted;
            return listing;
        });
        const at = { ...this.#moment(), pollAt, sentAt };
        return (0,types/* isFailure */.N6)(answer)
            ? afterFailure(this.#state, answer, { ...at, isCutOff })
            : afterListing(this.#state, answer, at);
    }
    /** Reads all listings of a poll, one after the other, as one. */
    async #list(signal) {
        const tasks = new Map();
        let mayBeIncomplete = false;
        let serverClockOffset = null;
        for (const query of queriesFor(this.#state)) {
            const listing = await this.#ports.api.list(query, signal);
            if ((0,types/* isFailure */.N6)(listing))
                return listing;
            for (const task of listing.tasks)
                tasks.set(task.id, task);
            mayBeIncomplete ||= listing.mayBeIncomplete;
            serverClockOffset = listing.serverClockOffset;
        }
        return { tasks: [...tasks.values()], mayBeIncomplete, serverClockOffset };
    }
    /** Does `work`, aborted on cancellation or at `time`, in Unix milliseconds. */
    async #endingAt(time, work) {
        const { clock, signal } = this.#ports;
        const cut = new AbortController();
        const cancelCut = clock.after(time - clock.now(), () => cut.abort());
        try {
            return await work(AbortSignal.any([signal, cut.signal]));
        }
        finally {
            cancelCut();
        }
    }
    #moment() {
        return { now: this.#ports.clock.now(), random: this.#ports.random() };
    }
}

;// CONCATENATED MODULE: ./build/run.js











/** The action, from its inputs to its outputs. */
async function run(runner) {
    maskSecrets(runner);
    const parsed = parseInputs(runner.input, Object.keys(runner.env));
    const redact = (0,build_redact/* redactor */.$)(parsed.apiKey, ...parsed.secrets);
    const log = safe(runner, redact);
    const status = commitStatusFor(runner, log, parsed);
    // What is told of the inputs, too, must not show a secret.
    const inputs = 'problems' in parsed ? null : (0,build_redact/* redactTexts */.S)(parsed, redact);
    let outcome = null;
    try {
        if (inputs !== null) {
            for (const { level, text } of openingLines(inputs))
                log[level](text);
            status?.begin(oneLine(`Waiting for ${target(inputs)}`));
        }
        outcome =
            'problems' in parsed
                ? failureToStart(runner, invalidInputs(parsed.problems, log))
                : (0,build_redact/* redactTexts */.S)(await waitForTasks(runner, log, parsed, redact), redact);
        await report(runner, log, outcome, inputs, parsed);
    }
    catch (bug) {
        // What was created or deleted is told even where the telling itself is at fault.
        const { createdTaskIds = [], deletedTaskIds = [] } = outcome ?? {};
        outcome = { ...failureToStart(runner, (0,build_text/* ownFault */.Nw)(bug)), createdTaskIds, deletedTaskIds };
        await report(runner, log, outcome, null, { ...parsed, allowedResults: new Set() });
    }
    runner.settle();
    await status?.end(outcome.result, statusDescription(outcome, inputs));
}
/** Masks whatever was passed as a secret, each line of it on its own, before anything else. */
function maskSecrets({ input, mask }) {
    for (const name of ['api-key', 'github-token']) {
        const lines = input(name).split(/[\r\n]/);
        for (const line of lines) {
            if (line.trim() !== '')
                mask(line.trim());
        }
    }
}
/** The runner's log, on which no text can start a line, command the runner or show a secret. */
function safe({ info, debug, warning, fail }, redact) {
    const clean = (write) => (text) => write(oneLine(redact(text)));
    return { info: clean(info), debug: clean(debug), warning: clean(warning), fail: clean(fail) };
}
/** What is wrong with the inputs. The log gets each problem too, since a message holds only the first of many. */
function invalidInputs(problems, log) {
    if (problems.length > 1)
        problems.forEach(log.info);
    const heading = problems.length === 1 ? 'An input is' : `${problems.length} inputs are`;
    return `${heading} not usable: ${problems.join('; ')}`;
}
function commitStatusFor({ env, signal, clock }, { debug, warning }, { commitStatus }) {
    return (commitStatus && new CommitStatus(commitStatus, { env, signal, now: () => clock.now(), debug, warning }));
}
async function waitForTasks({ env, clock, signal, random }, log, inputs, redact) {
    const { openApi } = await Promise.all(/* import() */[__nccwpck_require__.e(471), __nccwpck_require__.e(495)]).then(__nccwpck_require__.bind(__nccwpck_require__, 3495));
    const api = openApi(inputs, { env, now: () => clock.now(), debug: log.debug });
    if ('problem' in api)
        return failureToStart({ clock }, api.problem);
    const waitLog = new WaitLog((0,build_redact/* redactTexts */.S)(inputs, redact));
    try {
        return await wait(inputs, {
            api,
            clock,
            signal,
            random,
            observe: (event) => {
                for (const { level, text } of waitLog.linesFor((0,build_redact/* redactTexts */.S)(event, redact)))
                    log[level](text);
            },
        });
    }
    finally {
        await api.close();
    }
}
/** The outcome of a step that never came to wait. */
function failureToStart({ clock }, cause) {
    const now = clock.now();
    return {
        result: 'error',
        cause,
        tasks: [],
        clusters: [],
        absent: [],
        nearMisses: [],
        createdTaskIds: [],
        deletedTaskIds: [],
        unclearCreations: [],
        failedAttempts: [],
        startedAt: now,
        endedAt: now,
        serverClockOffset: 0,
        polls: 0,
        failedPolls: 0,
    };
}
/** Tells the outcome everywhere. What cannot be written is said in the log and changes nothing else. */
async function report(runner, log, outcome, inputs, { allowedResults, summary }) {
    const message = messageFor(outcome, inputs);
    if (!allowedResults.has(outcome.result))
        log.fail(message);
    else if (outcome.result === 'succeeded' && inputs !== null)
        log.info(closingLine(outcome, inputs));
    else
        log.warning(message);
    const attempt = async (what, write) => {
        try {
            return await write();
        }
        catch (error) {
            log.warning(`${what} could not be written: ${(0,build_text/* messageOf */.bD)(error)}`);
            return null;
        }
    };
    const resultFile = await attempt('The result file', () => runner.writeResultFile(resultFileContent(outcome, message)));
    await attempt('The outputs', () => {
        const { outputs, warnings } = outputsFor(outcome, message, resultFile ?? '');
        runner.writeOutputs(outputs);
        for (const warning of warnings)
            log.warning(warning);
    });
    if (summary) {
        await attempt('The job summary', () => runner.writeSummary(summaryFor(outcome, message, inputs)));
    }
}

;// CONCATENATED MODULE: ./build/index.js






const LINGER_LIMIT = 1_500; // a cancelled step must be gone within 2 s
const cancellation = new AbortController();
for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
]) {
    process.on(signal, () => {
        if (cancellation.signal.aborted)
            leave(128 + number, signal);
        cancellation.abort(signal);
        // Exit 1 if the time ends before the outcome is reported.
        setTimeout(() => leave(process.exitCode ?? 1, 'SIGKILL'), LINGER_LIMIT).unref();
    });
}
/** Ends the process at once. process.exit() blocks on pending file I/O, so the process is killed while there is any. */
function leave(exitCode, lastResort) {
    const isWriting = process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'));
    if (isWriting) {
        process.removeAllListeners(lastResort);
        process.kill(process.pid, lastResort);
    }
    process.exit(exitCode);
}
/** The value of a variable that the runner sets. Throws when it is not set. */
function runnerVariable(name) {
    const value = process.env[name];
    if (!value)
        throw new Error(`${name} is not set`);
    return value;
}
run({
    env: process.env,
    clock: {
        // Not Date.now(): the wall clock may be set during the wait.
        now: () => performance.timeOrigin + performance.now(),
        after: (milliseconds, callback) => {
            const timer = setTimeout(callback, Math.max(0, milliseconds));
            return () => clearTimeout(timer);
        },
    },
    signal: cancellation.signal,
    random: Math.random,
    input: (name) => getInput(name, { trimWhitespace: false }),
    mask: setSecret,
    info: info,
    debug: isDebug() ? debug : () => { },
    warning: warning,
    fail: setFailed,
    settle: () => {
        process.exitCode ??= 0;
    },
    writeOutputs: (outputs) => {
        runnerVariable('GITHUB_OUTPUT');
        for (const [name, value] of Object.entries(outputs))
            setOutput(name, value);
    },
    writeSummary: async (markdown) => {
        await summary.addRaw(markdown).write();
    },
    writeResultFile: (content) => {
        const path = (0,external_node_path_.join)(runnerVariable('RUNNER_TEMP'), `image-prewarm-${(0,external_node_crypto_.randomUUID)()}.json`);
        (0,external_node_fs_namespaceObject.writeFileSync)(path, content);
        return path;
    },
})
    .catch((bug) => {
    setFailed((0,build_text/* ownFault */.Nw)(bug));
})
    .finally(() => {
    // Unreferenced: it ends the process only where something else still keeps it.
    setTimeout(() => process.exit(), LINGER_LIMIT).unref();
});

module.exports = __webpack_exports__;
/******/ })()
;