/** Loaded before every test file in Bun (bunfig.toml): its limit of 5 seconds a test is too short for a slow machine. */
import { setDefaultTimeout } from "bun:test";

setDefaultTimeout(600_000);
