package io.relaygate.cli;

import io.relaygate.relay.HybridConnectionPath;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code relaygate relay-keys}: how to make a hybrid connection in Azure with a key for each side. Connects to nothing. */
@Command(
        name = "relay-keys",
        header = "Print what makes a hybrid connection in Azure, with a key to send and a key to listen.",
        description = {
            "Prints a shell script of `az relay` commands, and as comments what goes into the configuration of the edge and of",
            "the site. Connects to nothing; names that are not given are printed as NAMESPACE and RESOURCE_GROUP."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate relay-keys site-oslo --namespace contoso-weu --resource-group relaygate",
        })
final class RelayKeysCommand implements Callable<Integer> {

    private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z][0-9A-Za-z-]{4,48}[0-9A-Za-z]");

    private static final Pattern GROUP = Pattern.compile("[0-9A-Za-z_()-][0-9A-Za-z_().-]{0,88}[0-9A-Za-z_()-]|[0-9A-Za-z_()-]");

    private static final String TEXT = """
            # In Azure, once, where `az login` was done: the hybrid connection, and a key for each side.
            az relay hyco create --resource-group GROUP --namespace-name SPACE --name PATH \\
                --requires-client-authorization true
            az relay hyco authorization-rule create --resource-group GROUP --namespace-name SPACE \\
                --hybrid-connection-name PATH --name send --rights Send
            az relay hyco authorization-rule create --resource-group GROUP --namespace-name SPACE \\
                --hybrid-connection-name PATH --name listen --rights Listen

            # The keys, each into a file that nobody else can read. FILE-send.key goes to the edge and nowhere else,
            # FILE-listen.key to the site and nowhere else.
            umask 077
            az relay hyco authorization-rule keys list --resource-group GROUP --namespace-name SPACE \\
                --hybrid-connection-name PATH --name send --query primaryKey --output tsv > FILE-send.key
            az relay hyco authorization-rule keys list --resource-group GROUP --namespace-name SPACE \\
                --hybrid-connection-name PATH --name listen --query primaryKey --output tsv > FILE-listen.key

            # Into the edge's configuration; SITE and SERVICE are names of yours:
            #   namespaces:
            #     SPACE:
            #       endpoint: "sb://SPACE.servicebus.windows.net/"
            #       credential: { sasKeyName: send, sasKey: "${file:FILE-send.key}" }
            #   sites:
            #     SITE: { namespaces: [SPACE], hybridConnection: "PATH", services: [SERVICE] }

            # Into the site's configuration:
            #   site: SITE
            #   namespaces:
            #     SPACE:
            #       endpoint: "sb://SPACE.servicebus.windows.net/"
            #       credential: { sasKeyName: listen, sasKey: "${file:FILE-listen.key}" }
            #   entryPoints:
            #     hub: { namespaces: [SPACE], hybridConnection: "PATH" }

            # Or without keys: a role for the identity of each side, whose object ID is EDGE or SITE here, and in place of its
            # `credential:` above that identity, such as { managedIdentity: system }.
            #   az role assignment create --role 'Azure Relay Sender' --assignee-object-id EDGE --assignee-principal-type ServicePrincipal \\
            #       --scope "$(az relay hyco show --resource-group GROUP --namespace-name SPACE --name PATH --query id --output tsv)"
            #   az role assignment create --role 'Azure Relay Listener' --assignee-object-id SITE --assignee-principal-type ServicePrincipal \\
            #       --scope "$(az relay hyco show --resource-group GROUP --namespace-name SPACE --name PATH --query id --output tsv)"

            # Then, at each side, `relaygate doctor` says whether the key does what it should.
            """;

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Parameters(arity = "1", paramLabel = "HYBRID_CONNECTION", description = "Its name, such as site-oslo.")
    private String hybridConnection = "";

    @Option(names = "--namespace", paramLabel = "NAME", description = "The namespace, without `.servicebus.windows.net`.")
    private @Nullable String namespace;

    @Option(names = "--resource-group", paramLabel = "NAME", description = "The resource group of the namespace.")
    private @Nullable String resourceGroup;

    RelayKeysCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure {
        String path = path();
        String space = namespace == null ? "NAMESPACE" : fitting(NAMESPACE, namespace, "--namespace is 6 to 50 letters, digits and -, a letter first");
        String group = resourceGroup == null
                ? "RESOURCE_GROUP"
                : fitting(GROUP, resourceGroup, "--resource-group is up to 90 letters, digits and . - _ ( )");
        String file = path.replace('/', '-');
        // A parenthesis would begin something else in a shell.
        String quoted = group.contains("(") || group.contains(")") ? "'" + group + "'" : group;
        terminal.out().print(Pattern.compile("\\b(GROUP|SPACE|PATH|FILE)\\b").matcher(TEXT).replaceAll(found -> switch (found.group()) {
            case "GROUP" -> quoted;
            case "SPACE" -> space;
            case "PATH" -> path;
            default -> file;
        }));
        return Exit.OK;
    }

    /** Nothing of it needs quotes in a shell. */
    private String path() throws Failure {
        try {
            return HybridConnectionPath.require(hybridConnection);
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.USAGE, e.getMessage() + "; not '" + hybridConnection + "'");
        }
    }

    private static String fitting(Pattern form, String text, String otherwise) throws Failure {
        if (!form.matcher(text).matches()) {
            throw new Failure(Exit.USAGE, otherwise + ", not '" + text + "'");
        }
        return text;
    }
}
