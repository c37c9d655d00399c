package io.relaygate.tunnel;

import java.io.IOException;

/** Another process of the site has answered than the one that was asked for. */
public final class OtherProcessException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String instance;
    private final String boot;

    /**
     * It said who it is.
     *
     * @param instance its instance
     * @param boot its boot, 32 hexadecimal digits
     * @throws IllegalArgumentException if the two are no instance and no boot
     */
    public OtherProcessException(String instance, String boot) {
        super("another gateway of the site answered: " + Identity.of(instance, boot).instance());
        this.instance = instance;
        this.boot = boot;
    }

    Identity process() {
        return Identity.of(instance, boot);
    }
}
