/**
 * The other libraries, at the versions they are measured in. They are imported only by the processes that run them, under
 * names known at run time alone, so that nothing else here needs them.
 */
export const jaxJs: string = "npm:@jax-js/jax@0.1.25";
export const tfJs: string = "npm:@tensorflow/tfjs@4.22.0";
export const tfJsWasm: string = "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
export const onnxRuntime: string = "npm:onnxruntime-node@1.30.0";
