package io.relaygate.net;

import io.relaygate.net.OutboundProxy.Setting;
import io.relaygate.sdk.HostPort;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a proxy that does not connect.
 *
 * @param login how we have logged in; null for not at all
 * @param setting what has named the proxy
 */
record ProxyRefusal(@Nullable ProxyLogin login, Setting setting) {

    /** Why it does not, behind the proxy's name, and what to do. */
    String words(ProxyAnswer answer, HostPort target) {
        return switch (answer.status()) {
            // 407 says so (RFC 9110 section 15.5.8), and tinyproxy says 401.
            case 401, 407 -> loginRefused(answer);
            case 400, 403, 405, 451 -> "does not let us through to " + target + " (" + answer.said() + "); have it allow CONNECT to it, or name it in "
                    + setting.exceptions;
            case 404, 500, 502, 503, 504 -> "cannot reach " + target + " itself (" + answer.said() + "); see its log, and whether it knows the name";
            default -> "answers CONNECT to " + target + " with " + answer.said() + "; see its log";
        };
    }

    private String loginRefused(ProxyAnswer answer) {
        List<String> schemes = answer.schemes();
        boolean basic = schemes.isEmpty() || schemes.contains("basic");
        boolean negotiate = schemes.contains("negotiate");
        if (login instanceof NegotiateLogin && answer.goesOn()) {
            return "goes on with the login by Negotiate (" + answer.said() + "), where Kerberos has said everything; see its log: it may have wanted NTLM in it";
        }
        if (login != null && (schemes.isEmpty() || schemes.contains(login.scheme()))) {
            return "does not take the login " + login.words() + " (" + answer.said() + "); " + switch (login) {
                case BasicLogin _ -> "compare name and password with the proxy's";
                case NegotiateLogin _ -> "its log says why: whether it knows the account, and whether its keytab has the key that its service has now";
            };
        }
        if (login == null && basic) {
            return "wants a login (" + answer.said() + "); " + setting.giveLogin + (negotiate ? "; for Kerberos write " + setting.giveKerberos : "");
        }
        String only = "lets nobody log in but by " + String.join(", ", schemes) + " (" + answer.said() + "); ";
        if (negotiate) {
            return only + "for Kerberos write " + setting.giveKerberos;
        }
        return only + (basic
                ? setting.giveLogin
                : "that is not done here: have it take Kerberos or HTTP Basic from this machine, or none, or put a helper that can do the other between");
    }
}
