package io.relaygate.tunnel;

/** What a carrier asks of whoever moves its bytes; never blocks. */
interface Wire {

    /** There is something to write, or a timer has changed. */
    void wake();

    /** Nothing more will be read or written. */
    void close();
}
