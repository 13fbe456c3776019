/**
 * Stands in for @vscode/spdlog in the code-server we install: VS Code's log files and extensions' log channels
 * go through it, and its native part would need a compiler. Not a library, because it must have exactly
 * spdlog's interface; it only appends to files, and does not rotate them.
 */
const { appendFileSync, mkdirSync } = require('node:fs');
const { dirname } = require('node:path');

const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

class Logger {
  #level = 2;
  #raw = false;
  #file;

  /** @param {string} _type @param {string} _name @param {string} file */
  constructor(_type, _name, file) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
  }

  /** @param {number} level @param {string} message */
  #write(level, message) {
    if (level < this.#level) return;
    const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
    const text = this.#raw ? message : `${time} [${levels[level]}] ${message}\n`;
    try {
      appendFileSync(this.#file, text);
    } catch {
      // The folder goes away while the last messages still come; a logger must not fail for it.
    }
  }

  /** @param {string} message */
  trace(message) {
    this.#write(0, message);
  }
  /** @param {string} message */
  debug(message) {
    this.#write(1, message);
  }
  /** @param {string} message */
  info(message) {
    this.#write(2, message);
  }
  /** @param {string} message */
  warn(message) {
    this.#write(3, message);
  }
  /** @param {string} message */
  error(message) {
    this.#write(4, message);
  }
  /** @param {string} message */
  critical(message) {
    this.#write(5, message);
  }
  getLevel() {
    return this.#level;
  }
  /** @param {number} level */
  setLevel(level) {
    this.#level = level;
  }
  setPattern() {
    this.#raw = false;
  }
  clearFormatters() {
    this.#raw = true;
  }
  flush() {}
  drop() {}
}

/**
 * spdlog's two ways to make a logger differ in threads only.
 * @param {string} name
 * @param {string} file
 */
async function createLogger(name, file) {
  return new Logger('rotating', name, file);
}

exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = createLogger;
exports.createAsyncRotatingLogger = createLogger;
