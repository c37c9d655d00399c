package io.relaygate.cli;

/** How problems are counted. */
final class Problems {

    private Problems() {}

    static String count(int problems) {
        return problems == 1 ? "1 problem in the configuration" : problems + " problems in the configuration";
    }
}
