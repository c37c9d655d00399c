package io.relaygate.net;

import io.relaygate.net.OutboundProxy.Setting;
import io.relaygate.sdk.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The variables by which programs are told of a proxy: HTTPS_PROXY and NO_PROXY, as curl and others read them. */
final class ProxyVariables {

    private static final String TO_DO = "; set it to http://HOST:PORT, or write `outboundProxy:`, with `url: direct` for no proxy";

    private ProxyVariables() {}

    static WayOut read(Map<String, String> environment) {
        String given = value(environment, "HTTPS_PROXY");
        if (given.isEmpty()) {
            return WayOut.straight();
        }
        int scheme = given.indexOf("://");
        int at = given.lastIndexOf('@');
        String rest = at < 0 ? given.substring(scheme < 0 ? 0 : scheme + 3) : given.substring(at + 1);
        ProxyUrl url;
        try {
            url = ProxyUrl.parse((scheme < 0 ? "http" : given.substring(0, scheme)) + "://" + rest);
        } catch (IllegalArgumentException e) {
            // The message repeats the rest alone, which has no login.
            throw new IllegalArgumentException("HTTPS_PROXY of the environment: " + e.getMessage() + TO_DO, e);
        }
        ProxyLogin login = at < 0 ? null : login(given.substring(scheme < 0 ? 0 : scheme + 3, at), environment);
        return new WayOut(new OutboundProxy(url, login, null, Setting.ENVIRONMENT), exceptions(value(environment, "NO_PROXY")));
    }

    private static String value(Map<String, String> environment, String name) {
        String value = environment.get(name.toLowerCase(Locale.ROOT));
        return (value == null || value.isBlank() ? environment.getOrDefault(name, "") : value).strip();
    }

    private static List<NoProxy> exceptions(String text) {
        try {
            return Arrays.stream(text.split("[,\\s]+")).filter(each -> !each.isEmpty()).map(NoProxy::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("NO_PROXY of the environment: " + e.getMessage() + "; correct it, or write `outboundProxy:`, which goes before", e);
        }
    }

    /** curl has a colon alone mean the account that runs it. */
    private static ProxyLogin login(String text, Map<String, String> environment) {
        return text.equals(":") ? NegotiateLogin.of(null, null, environment) : login(text);
    }

    private static BasicLogin login(String text) {
        int colon = text.indexOf(':');
        try {
            String name = decoded(colon < 0 ? text : text.substring(0, colon));
            String password = decoded(colon < 0 ? "" : text.substring(colon + 1));
            if (name.indexOf(':') >= 0) {
                throw new IllegalArgumentException("a colon");
            }
            return new BasicLogin(name, new OfEnvironment(password));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("HTTPS_PROXY of the environment: its login is not percent-encoded USER:PASSWORD" + TO_DO, e);
        }
    }

    /** RFC 3986 section 2.1: a plus is a plus. */
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** A password that everything in the process has in its environment anyway, as a text. */
    private record OfEnvironment(String value) implements Secret {

        @Override
        public <T> T with(Function<char[], T> use) {
            char[] copy = value.toCharArray();
            try {
                return use.apply(copy);
            } finally {
                Arrays.fill(copy, '\0');
            }
        }

        @Override
        public String toString() {
            return "the password in HTTPS_PROXY";
        }
    }
}
