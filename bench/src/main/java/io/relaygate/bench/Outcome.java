package io.relaygate.bench;

/**
 * What a run has measured.
 *
 * @param local on loopback alone
 * @param links over links
 */
record Outcome(Results local, Results links) {}
