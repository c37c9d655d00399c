package io.relaygate.plugins.http;

import io.relaygate.plugins.http.rules.Network;
import io.relaygate.plugins.http.rules.Origin;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.MalformedException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The way that a request has come, as far as it is believed: what a proxy of the settings says of it is, and what anybody else says is
 * nothing. The client is the first from the right whom no such proxy vouches for (RFC 7239, and what {@code X-Forwarded-For} is taken for).
 *
 * @param client the client
 * @param nodes the client and the proxies that have passed the request on, but for the gateway's peer; empty if that is the client
 * @param elements the same as {@code Forwarded} has said it; empty if it has not
 * @param peer who has the connection to the gateway
 * @param relayed whether the peer is such a proxy
 */
record Hops(Origin client, List<Node> nodes, List<String> elements, Origin peer, boolean relayed) {

    private static final Pattern PAIR = Pattern.compile("\\s*+([A-Za-z]++)=(?:\"([^\"\\\\]*+)\"|([^\\s;\"]*+))\\s*+(?:;|$)");
    private static final Pattern ADDRESS = Pattern.compile("\\[([0-9A-Fa-f:.]+)](?::([0-9]{1,5}))?|([0-9.]+)(?::([0-9]{1,5}))?|([0-9A-Fa-f:.]+)");
    private static final Pattern HIDDEN = Pattern.compile("unknown|_[A-Za-z0-9._-]+");

    /**
     * Somebody on the way.
     *
     * @param text the address without its port, or a word that stands for it (RFC 7239 section 6)
     * @param port empty if it is not known
     * @param address null if it is not known
     */
    record Node(String text, String port, @Nullable InetAddress address) {

        static Node parse(String said) {
            Matcher form = ADDRESS.matcher(said);
            for (int group = 1; form.matches() && group < 6; group += 2) {
                InetAddress known = form.group(group) == null ? null : Network.address(form.group(group));
                if (known != null) {
                    String port = group == 5 ? null : form.group(group + 1);
                    return new Node(form.group(group), port == null ? "" : port, known);
                }
            }
            return new Node(HIDDEN.matcher(said).matches() ? said : "unknown", "", null);
        }

        /** The gateway's peer, whose address nobody asks for here. */
        static Node of(Origin peer) {
            return new Node(peer.ip().isEmpty() ? "unknown" : peer.ip(), peer.port(), null);
        }

        /** The address; empty if it is not known. */
        String ip() {
            return address == null ? "" : text;
        }

        boolean isSameAs(Node other) {
            return (address == null || other.address == null) ? text.equals(other.text) : address.equals(other.address);
        }

        /** As {@code Forwarded} has it. */
        String quoted() {
            return text.indexOf(':') >= 0 ? "\"[" + text + "]\"" : text;
        }
    }

    /** Of a request of which nothing is known but who has sent it. */
    static Hops of(Origin peer) {
        return new Hops(peer, List.of(), List.of(), peer, false);
    }

    /**
     * Reads it.
     *
     * @param peer who has the connection to the gateway
     * @param trusted the networks of proxies that are believed
     * @throws MalformedException 400, if one says two things at once: then it has passed one on from a client
     */
    static Hops of(Origin peer, Fields fields, List<Network> trusted) throws MalformedException {
        if (trusted.isEmpty() || !isIn(trusted, peer.address())) {
            return of(peer);
        }
        List<Node> listed = fields.members("X-Forwarded-For").stream().map(Node::parse).toList();
        List<String> elements = fields.members("Forwarded");
        List<Node> told = elements.stream().map(element -> Node.parse(parameter(element, "for"))).toList();
        int first = client(listed, trusted);
        int firstTold = client(told, trusted);
        if (!listed.isEmpty() && !told.isEmpty() && !listed.get(first).isSameAs(told.get(firstTold))) {
            throw new MalformedException(400, "X-Forwarded-For and Forwarded name two clients");
        }
        List<Node> nodes = listed.isEmpty() ? told.subList(firstTold, told.size()) : listed.subList(first, listed.size());
        List<String> left = elements.subList(firstTold, elements.size());
        boolean https = https(fields, left, peer.https());
        // One that cannot be read could hide those behind it.
        boolean whole = left.stream().allMatch(Hops::isWhole);
        Origin client = nodes.isEmpty() ? peer.of(peer.ip(), peer.port(), https) : peer.of(nodes.getFirst().ip(), nodes.getFirst().port(), https);
        return new Hops(client, List.copyOf(nodes), whole ? List.copyOf(left) : List.of(), peer, true);
    }

    private static boolean isIn(List<Network> networks, @Nullable InetAddress address) {
        return networks.stream().anyMatch(each -> each.contains(address));
    }

    /** The first from the right that is no proxy which is trusted. */
    private static int client(List<Node> nodes, List<Network> trusted) {
        int at = Math.max(0, nodes.size() - 1);
        while (at > 0 && isIn(trusted, nodes.get(at).address())) {
            at--;
        }
        return at;
    }

    /** What the client spoke to the first proxy; of several words the last is the one that the peer has added. */
    private static boolean https(Fields fields, List<String> elements, boolean otherwise) {
        List<String> words = new ArrayList<>(fields.members("X-Forwarded-Proto"));
        if (words.isEmpty() && !elements.isEmpty()) {
            words.add(parameter(elements.getFirst(), "proto"));
        }
        String word = words.isEmpty() ? "" : words.getLast().toLowerCase(Locale.ROOT);
        return word.equals("https") || (!word.equals("http") && otherwise);
    }

    /** Of an element of {@code Forwarded}; empty if it does not say it, or what it says cannot be read. */
    private static String parameter(String element, String name) {
        Matcher pair = PAIR.matcher(element);
        while (pair.lookingAt()) {
            if (pair.group(1).equalsIgnoreCase(name)) {
                return pair.group(2) == null ? pair.group(3) : pair.group(2);
            }
            pair.region(pair.end(), element.length());
        }
        return "";
    }

    private static boolean isWhole(String element) {
        Matcher pair = PAIR.matcher(element);
        while (pair.regionStart() < element.length() && pair.lookingAt()) {
            pair.region(pair.end(), element.length());
        }
        return pair.regionStart() == element.length();
    }

    /** The list that says who has asked and who has passed it on, to be {@code X-Forwarded-For}. */
    String list() {
        List<String> all = new ArrayList<>(nodes.stream().map(Node::text).toList());
        all.add(Node.of(peer).text());
        return String.join(", ", all);
    }

    /**
     * The same as {@code Forwarded} has it.
     *
     * @param own what the gateway says of its own hop, behind who has the connection to it
     */
    String forwarded(String own) {
        List<String> all = new ArrayList<>(elements.isEmpty() ? nodes.stream().map(node -> "for=" + node.quoted()).toList() : elements);
        all.add("for=" + Node.of(peer).quoted() + own);
        return String.join(", ", all);
    }
}
