package io.relaygate.plugins.dialers;

import io.relaygate.plugins.dialers.wire.HttpConnect;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.Dialer;
import io.relaygate.sdk.DialerContext;
import io.relaygate.sdk.DialerHandle;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reaches destinations through an HTTP proxy, by its method CONNECT. */
final class HttpConnectDialer implements Dialer<HttpConnectSettings> {

    @Override
    public String name() {
        return "http-connect";
    }

    @Override
    public Class<HttpConnectSettings> settings() {
        return HttpConnectSettings.class;
    }

    @Override
    public DialerHandle open(HttpConnectSettings settings, DialerContext context) {
        ProxyLogin login = settings.login();
        if (login != null) {
            HttpConnect.requireName(login.name());
        }
        return new ProxyHandle(context, settings.proxy(), settings.tls(), (proxy, target) -> ask(proxy, target, login));
    }

    private static void ask(Connection proxy, HostPort target, @Nullable ProxyLogin login) throws IOException {
        byte[] request = login == null
                ? HttpConnect.request(target.toString())
                : login.password().with(password -> HttpConnect.request(target.toString(), login.name(), password));
        try {
            proxy.out().write(request);
        } finally {
            Arrays.fill(request, (byte) 0);
        }
        HttpConnect.readAnswer(proxy.in());
    }
}
