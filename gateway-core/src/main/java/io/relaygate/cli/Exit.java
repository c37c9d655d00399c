package io.relaygate.cli;

/** The codes that the process ends with. */
final class Exit {

    /** All well; also after a signal, once every session has ended. */
    static final int OK = 0;

    /** Something failed. */
    static final int FAILED = 1;

    /** The command line is wrong. */
    static final int USAGE = 2;

    /** A file may not be used. */
    static final int NO_PERMISSION = 77;

    /** The configuration is wrong; sysexits.h calls it EX_CONFIG. */
    static final int CONFIGURATION = 78;

    /** Added to a signal's number where the signal ended the process before its sessions had. */
    static final int SIGNAL = 128;

    private Exit() {}
}
