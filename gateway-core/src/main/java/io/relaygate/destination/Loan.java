package io.relaygate.destination;

/** A connection that was lent and can be given back. */
@FunctionalInterface
public interface Loan {

    /** Whoever had it uses it no more; it is kept for its caller's next use, or closed if it cannot be. */
    void giveBack();
}
