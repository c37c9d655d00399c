package io.relaygate.tunnel;

import java.io.IOException;

/** Another process of the site has answered than the one that was asked for. */
public final class OtherProcessException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String instance;

    /** It said that it is this instance. */
    public OtherProcessException(String instance) {
        super("another gateway of the site answered: " + instance);
        this.instance = instance;
    }

    String instance() {
        return instance;
    }
}
