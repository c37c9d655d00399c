package io.relaygate.bench;

/** The benchmark cannot run as asked; the message says why and what to do, and is for the user. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1;

    Refusal(String message) {
        super(message);
    }
}
