package io.relaygate.plugins.http.wire;

/** What a peer speaks. */
public enum Version {
    /** HTTP/1.0: no chunks, no interim responses, a connection that ends after each response. */
    HTTP_1_0("1.0"),

    /** HTTP/1.1. */
    HTTP_1_1("1.1"),

    /** HTTP/2. */
    HTTP_2("2.0");

    private final String number;

    Version(String number) {
        this.number = number;
    }

    /** As {@code Via} has it. */
    public String number() {
        return number;
    }

    static Version ofMinor(int minor) {
        return minor == 0 ? HTTP_1_0 : HTTP_1_1;
    }
}
