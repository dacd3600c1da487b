import { stopTestServer } from './global-setup.js';

export default stopTestServer;
