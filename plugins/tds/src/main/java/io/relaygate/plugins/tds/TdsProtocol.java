package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.TdsSettings.ClientEncryption;
import io.relaygate.plugins.tds.TdsSettings.Logins;
import io.relaygate.plugins.tds.TdsSettings.Mode;
import io.relaygate.plugins.tds.TdsSettings.Redirect;
import io.relaygate.plugins.tds.TdsSettings.Server;
import io.relaygate.plugins.tds.TdsSettings.ServerMode;
import io.relaygate.plugins.tds.TdsSettings.ServerTls;
import io.relaygate.plugins.tds.wire.PacketHeader;
import io.relaygate.sdk.FirstBytes;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.Recognition;
import io.relaygate.sdk.RouteContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SQL Server. */
final class TdsProtocol implements Protocol<TdsSettings> {

    @Override
    public String name() {
        return "tds";
    }

    @Override
    public Class<TdsSettings> settings() {
        return TdsSettings.class;
    }

    /** What clients of TDS 8.0 say. */
    @Override
    public List<String> alpn() {
        return List.of(ClientSide.ALPN);
    }

    @Override
    public boolean judges() {
        return true;
    }

    @Override
    public boolean recognises() {
        return true;
    }

    /** PRELOGIN, or the login of a client that says none; TLS by its application protocol alone. */
    @Override
    public Recognition recognise(FirstBytes first) throws IOException {
        return first.applicationProtocols().contains(ClientSide.ALPN) ? Recognition.YES : recognise(first.bytes());
    }

    private static Recognition recognise(ByteBuffer bytes) {
        int type = bytes.hasRemaining() ? bytes.get(0) & 0xff : 0;
        if (type != PacketHeader.PRELOGIN && type != PacketHeader.LOGIN) {
            return Recognition.NO;
        }
        if (bytes.remaining() > 1 && (bytes.get(1) & ~PacketHeader.LAST) != 0) {
            return Recognition.NO;
        }
        if (bytes.remaining() < PacketHeader.SIZE) {
            return Recognition.MORE;
        }
        int length = bytes.getShort(2) & 0xffff;
        return length > PacketHeader.SIZE && length <= PacketHeader.FIRST_SIZE ? Recognition.YES : Recognition.NO;
    }

    @Override
    public ProtocolHandler open(TdsSettings settings, RouteContext context) {
        require(!settings.servers().isEmpty() || context.namesDestination(),
                "nothing says where sessions go; give the route `to: NAME`, or `servers:` under `with:`");
        for (Server server : settings.servers()) {
            require(server.name().captures().containsAll(server.to().names()), "`to: " + server.to() + "` needs a `name` that captures what it has in braces");
            require(server.database().captures().isEmpty() && server.login().captures().isEmpty() && server.application().captures().isEmpty(),
                    "only the `name` of a server can have braces");
        }
        switch (settings.mode()) {
            case PASSTHROUGH -> {
                requireNothingOfTerminate(settings);
                require(settings.servers().isEmpty(), "`servers` is for the modes `sni` and `terminate`: in `passthrough` all goes to the route's `to`");
            }
            case SNI -> {
                requireNothingOfTerminate(settings);
                for (Server server : settings.servers()) {
                    require(!server.looksIntoLogins(), "in mode `sni` logins are not seen: `servers` go by `name` and `networks` alone");
                    require(server.tls() == null && server.serverLogin() == null, "in mode `sni` TLS and logins pass: leave out `tls` and `serverLogin` of `servers`");
                }
            }
            case TERMINATE -> checkTerminate(settings, context);
        }
        return new TdsHandler(settings, context);
    }

    private static void requireNothingOfTerminate(TdsSettings settings) {
        require(settings.tls() == null && settings.serverTls() == null && settings.serverLogin() == null
                        && settings.redirects().isEmpty() && settings.encryption() == ClientEncryption.FULL && settings.logins() == Logins.SERVER && !Inspection.isWanted(settings),
                "`tls`, `encryption`, `serverTls`, `serverLogin`, `logins`, `redirects`, `statements` and `readOnly` are for mode `terminate`");
    }

    private static void checkTerminate(TdsSettings settings, RouteContext context) {
        require(settings.tls() != null || settings.encryption() == ClientEncryption.OPTIONAL,
                "without `tls` no session can be encrypted; give certificates, or say `encryption: optional`");
        require(!settings.mars() || !Inspection.isWanted(settings), "requests that go on at once are not looked into: leave out `mars`, or `statements` and `readOnly`");
        for (Server server : settings.servers()) {
            checkServer("a server of `servers`", server.tls(), "tls");
        }
        if (context.namesDestination()) {
            checkServer("the route's `to`", settings.serverTls(), "serverTls");
        } else {
            require(settings.serverTls() == null && settings.serverLogin() == null, "`serverTls` and `serverLogin` are for the route's `to`, which names nothing");
        }
        for (Redirect redirect : settings.redirects()) {
            require(redirect.inner().port() != 0 && redirect.outer().port() != 0, "a redirect leads to a port, and 0 is none: give both `inner` and `outer` theirs");
            require(settings.redirects().stream().filter(other -> other.isFor(redirect.inner())).count() == 1,
                    "two of `redirects` have `inner: " + redirect.inner() + "`, and clients can be told one `outer` alone");
        }
        require(settings.logins() == Logins.SERVER || context.namesIdentityProviders(),
                "`logins: gateway` needs `identityProviders:` of the route, which say who is believed");
        if (settings.logins() == Logins.GATEWAY) {
            boolean all = settings.servers().stream().allMatch(server -> server.serverLogin() != null);
            require(all && (settings.serverLogin() != null || !context.namesDestination()),
                    "where the gateway judges logins, the servers do not know them: each needs a `serverLogin`");
        }
    }

    private static void checkServer(String whose, @Nullable ServerTls tls, String key) {
        require(tls != null, "say how " + whose + " is spoken to: `" + key + ": { name: sql.example }` for TLS, `" + key + ": { mode: none }` for none");
        if (tls != null) {
            boolean none = tls.mode() == ServerMode.NONE;
            require(none || tls.name() != null, "`" + key + "` needs the `name` that the server's certificate must carry");
            require(!none || (tls.name() == null && tls.trust() == null), "`" + key + "` with `mode: none` has no certificate: leave out `name` and `trust`");
        }
    }

    private static void require(boolean right, String what) {
        if (!right) {
            throw new IllegalArgumentException(what);
        }
    }
}
