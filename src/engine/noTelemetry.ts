/**
 * ONNX Runtime 1.30 reports sessions to Microsoft from Linux and macOS, too, and keeps a device id and a database for it in the
 * home folder (`~/.cache/Microsoft/DeveloperTools/.onnxruntime`), unless this variable is set before it is loaded. Nobody who
 * installs this extension was asked.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
