/**
 * The parts of undici that requests need. Its index loads fetch, WebSocket, caches and mocks besides, and with them a step
 * whose image is warm takes a quarter longer.
 */
import api from 'undici/lib/api/index.js';
import buildConnector from 'undici/lib/core/connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
import decompress from 'undici/lib/interceptor/decompress.js';

// As undici's index does: `request` and `connect` are methods of every dispatcher.
Object.assign(Dispatcher.prototype, api);

export { Agent, buildConnector, type Dispatcher, decompress, Pool, ProxyAgent };
