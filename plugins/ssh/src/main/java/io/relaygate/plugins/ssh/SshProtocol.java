package io.relaygate.plugins.ssh;

import io.relaygate.plugins.ssh.SshSettings.Mode;
import io.relaygate.plugins.ssh.wire.Identification;
import io.relaygate.sdk.FirstBytes;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.Recognition;
import io.relaygate.sdk.RouteContext;
import java.io.IOException;
import java.nio.ByteBuffer;

/** SSH, version 2. */
final class SshProtocol implements Protocol<SshSettings> {

    @Override
    public String name() {
        return "ssh";
    }

    @Override
    public Class<SshSettings> settings() {
        return SshSettings.class;
    }

    @Override
    public boolean judges() {
        return true;
    }

    @Override
    public boolean recognises() {
        return true;
    }

    /** An identification string; and silence, since a client may wait for the server's (RFC 4253 section 4.2). */
    @Override
    public Recognition recognise(FirstBytes first) throws IOException {
        ByteBuffer bytes = first.bytes();
        if (!bytes.hasRemaining()) {
            return first.silent() ? Recognition.YES : Recognition.NO;
        }
        int known = Math.min(bytes.remaining(), Identification.BEGINNING.length());
        for (int i = 0; i < known; i++) {
            if (bytes.get(i) != Identification.BEGINNING.charAt(i)) {
                return Recognition.NO;
            }
        }
        return known < Identification.BEGINNING.length() ? Recognition.MORE : Recognition.YES;
    }

    @Override
    public ProtocolHandler open(SshSettings settings, RouteContext context) {
        if (settings.mode() == Mode.PASSTHROUGH) {
            require(context.namesDestination(), "nothing says where sessions go; give the route `to: NAME`");
            require(!context.namesIdentityProviders(),
                    "in mode `passthrough` the server judges logins, and nobody is asked here: leave out the route's `identityProviders`");
        }
        boolean proxied = !settings.hostKeys().isEmpty() || !settings.targets().isEmpty() || settings.banner() != null || settings.recording() != null;
        require(settings.mode() == Mode.PROXY || !proxied, "`hostKeys`, `targets`, `banner` and `recording` are for mode `proxy`");
        boolean passed = settings.requireStrictKex() || !settings.denyClients().isEmpty();
        require(settings.mode() == Mode.PASSTHROUGH || !passed,
                "`requireStrictKex` and `denyClients` are for mode `passthrough`; in mode `proxy` the gateway itself keeps to strict key exchange");
        require(settings.mode() == Mode.PASSTHROUGH || !context.namesDestination(), "in mode `proxy` `targets` say where sessions go; leave out the route's `to`");
        return new SshHandler(settings, context);
    }

    private static void require(boolean right, String what) {
        if (!right) {
            throw new IllegalArgumentException(what);
        }
    }
}
