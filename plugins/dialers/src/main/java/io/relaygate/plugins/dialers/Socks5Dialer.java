package io.relaygate.plugins.dialers;

import io.relaygate.plugins.dialers.wire.Socks5;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.Dialer;
import io.relaygate.sdk.DialerContext;
import io.relaygate.sdk.DialerHandle;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reaches destinations through a SOCKS proxy, version 5. */
final class Socks5Dialer implements Dialer<Socks5Settings> {

    @Override
    public String name() {
        return "socks5";
    }

    @Override
    public Class<Socks5Settings> settings() {
        return Socks5Settings.class;
    }

    @Override
    public DialerHandle open(Socks5Settings settings, DialerContext context) {
        ProxyLogin login = settings.login();
        if (login != null) {
            Socks5.requireName(login.name());
        }
        return new ProxyHandle(context, settings.proxy(), settings.tls(), (proxy, target) -> ask(proxy, target, login));
    }

    private static void ask(Connection proxy, HostPort target, @Nullable ProxyLogin login) throws IOException {
        Socks5 talk = new Socks5(proxy.in(), proxy.out());
        if (talk.greet(login != null) && login != null) {
            byte[] name = login.name().getBytes(StandardCharsets.UTF_8);
            byte[] message = login.password().with(password -> Socks5.login(name, password));
            try {
                talk.logIn(message);
            } finally {
                Arrays.fill(message, (byte) 0);
            }
        }
        talk.connect(target.host(), target.port());
    }
}
