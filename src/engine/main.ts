/** The engine process: forked by the extension host, which owns it. Native code lives and dies here. */
import { Engine } from './engine';
import { engineHandlers } from './engineHandlers';
import { serveParent } from './parentChannel';

serveParent(() => engineHandlers(new Engine()));
