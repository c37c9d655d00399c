package io.relaygate;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rooms of the gateway and the arrows between them, which point downward only; and the manners of the house. */
@AnalyzeClasses(packages = "io.relaygate", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] BASE = {"observe", "config", "net"};

    @ArchTest
    static final ArchRule arrowsPointDownward = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("cli").definedBy("io.relaygate.cli..")
            .layer("doctor").definedBy("io.relaygate.doctor..")
            .layer("gateway").definedBy("io.relaygate")
            .layer("admin").definedBy("io.relaygate.admin..")
            .layer("plugin").definedBy("io.relaygate.plugin..")
            .layer("entrypoint").definedBy("io.relaygate.entrypoint..")
            .layer("route").definedBy("io.relaygate.route..")
            .layer("session").definedBy("io.relaygate.session..")
            .layer("destination").definedBy("io.relaygate.destination..")
            .layer("access").definedBy("io.relaygate.access..")
            .layer("tunnel").definedBy("io.relaygate.tunnel..")
            .layer("relay.server").definedBy("io.relaygate.relay.server..")
            .layer("relay").definedBy(theRelayClient())
            .layer("azure").definedBy("io.relaygate.azure..")
            .layer("observe").definedBy("io.relaygate.observe..")
            .layer("config").definedBy("io.relaygate.config..")
            .layer("net").definedBy("io.relaygate.net..")
            .whereLayer("cli").mayNotBeAccessedByAnyLayer()
            .whereLayer("doctor").mayOnlyBeAccessedByLayers("cli")
            .whereLayer("gateway").mayOnlyBeAccessedByLayers("cli", "doctor")
            .whereLayer("admin").mayOnlyBeAccessedByLayers("cli", "gateway")
            .whereLayer("admin").mayOnlyAccessLayers(BASE)
            .whereLayer("plugin").mayOnlyBeAccessedByLayers("gateway")
            .whereLayer("plugin").mayOnlyAccessLayers("observe", "config")
            .whereLayer("entrypoint").mayOnlyAccessLayers(andBase("access", "tunnel", "relay"))
            .whereLayer("route").mayOnlyAccessLayers(andBase("session", "access", "destination"))
            .whereLayer("session").mayOnlyAccessLayers(andBase("access", "destination"))
            .whereLayer("destination").mayOnlyAccessLayers(andBase("access", "tunnel", "relay"))
            .whereLayer("access").mayOnlyAccessLayers(BASE)
            .whereLayer("relay.server").mayOnlyAccessLayers(andBase("relay"))
            .whereLayer("tunnel").mayOnlyAccessLayers("observe", "net")
            .whereLayer("relay").mayOnlyAccessLayers("azure", "observe", "net")
            .whereLayer("azure").mayOnlyAccessLayers(BASE)
            .whereLayer("observe").mayNotAccessAnyLayer()
            .whereLayer("config").mayNotAccessAnyLayer()
            .whereLayer("net").mayNotAccessAnyLayer()
            .ensureAllClassesAreContainedInArchitectureIgnoring("io.relaygate.sdk..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles = slices().matching("io.relaygate.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyThePluginRoomKnowsPf4j = fence("io.relaygate.plugin..", "org.pf4j..", "com.github.zafarkhaja..");

    @ArchTest
    static final ArchRule onlyAdminAndTheRelayServerKnowUndertow = noClasses()
            .that(resideOutsideOfPackages("io.relaygate.admin..", "io.relaygate.relay.server.."))
            .should().dependOnClassesThat(resideInAnyPackage("io.undertow..", "org.xnio.."));

    @ArchTest
    static final ArchRule onlyConfigKnowsYaml = fence("io.relaygate.config..", "org.snakeyaml..");

    @ArchTest
    static final ArchRule onlyAdminBindsJson = fence("io.relaygate.admin..", "tools.jackson.databind..");

    @ArchTest
    static final ArchRule configIsNotReadOrWrittenAsJsonTokens = noClasses()
            .that(resideOutsideOfPackages("io.relaygate.admin..", "io.relaygate.relay..", "io.relaygate.observe..", "io.relaygate.azure.."))
            .should().dependOnClassesThat(resideInAPackage("tools.jackson.core.."));

    @ArchTest
    static final ArchRule onlyAccessKnowsTokens = fence("io.relaygate.access..", "com.nimbusds..");

    @ArchTest
    static final ArchRule onlyTheCommandLineKnowsPicocli = fence("io.relaygate.cli..", "picocli..");

    @ArchTest
    static final ArchRule onlyObserveSetsUpTheLogAndTheMetrics =
            fence("io.relaygate.observe..", "ch.qos.logback..", "io.prometheus..");

    @ArchTest
    static final ArchRule configIsPure = classes()
            .that(resideInAPackage("io.relaygate.config.."))
            .should().onlyDependOnClassesThat(resideInAnyPackage(
                    "io.relaygate.config..", "io.relaygate.sdk", "org.snakeyaml..", "org.jspecify..",
                    "java.lang..", "java.util..", "java.time..", "java.io..", "java.nio", "java.nio.file..",
                    "java.nio.charset..", "java.math.."))
            .because("it reads files into records: no room, no log, no socket");

    @ArchTest
    static final ArchRule theSdkCarriesNothingButTheJdkAndTheLog = classes()
            .that(resideInAPackage("io.relaygate.sdk.."))
            .should().onlyDependOnClassesThat(
                    resideInAnyPackage("io.relaygate.sdk..", "org.slf4j..", "org.jspecify..", "java..", "javax.."));

    @ArchTest
    static final ArchRule namesSayWhatAThingIs = noClasses()
            .should().haveNameMatching(".*(Manager|Utils?|Helpers?|Impl)(\\$.*)?")
            .orShould().haveNameMatching(".*[.$]Abstract[^.]*");

    @ArchTest
    static final ArchRule nobodySleeps =
            noClasses().should().callMethodWhere(target(Thread.class, Set.of("sleep")));

    @ArchTest
    static final ArchRule onlyNetMakesThreads = noClasses()
            .that(resideOutsideOfPackages("io.relaygate.net..", "io.relaygate.cli.."))
            .should().callConstructorWhere(target(Thread.class, Set.of("<init>")))
            .orShould().callMethodWhere(target(Thread.class, Set.of("ofVirtual", "ofPlatform", "startVirtualThread")))
            .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.concurrent.Executors")
            .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.Timer")
            .because("the kind of a thread is the decision of Threads; a command may add a shutdown hook");

    @ArchTest
    static final ArchRule codeBlocksAndHasNoFutures = noClasses()
            .that(resideOutsideOfPackages("io.relaygate.net.."))
            .should().dependOnClassesThat().haveFullyQualifiedName("java.util.concurrent.CompletableFuture");

    @ArchTest
    static final ArchRule onlyTheCommandLinePrints = noClasses()
            .that(resideOutsideOfPackages("io.relaygate.cli..", "io.relaygate.observe.."))
            .should().accessField(System.class, "out")
            .orShould().accessField(System.class, "err")
            .because("the log is set up in observe, and commands print");

    @ArchTest
    static final ArchRule onlyTheCommandLineExits = noClasses()
            .that(resideOutsideOfPackages("io.relaygate.cli.."))
            .should().callMethodWhere(target(System.class, Set.of("exit")))
            .orShould().callMethodWhere(target(Runtime.class, Set.of("exit", "halt")));

    @ArchTest
    static final ArchRule nobodyPrintsStacks =
            noClasses().should().callMethodWhere(target(Throwable.class, Set.of("printStackTrace")));

    @Test
    void noSourceIsLongerThan300Lines() throws IOException {
        List<String> tooLong = new ArrayList<>();
        try (var files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                int lines = Files.readAllLines(file).size();
                if (lines > 300) {
                    tooLong.add(file + " has " + lines);
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }

    /** The package of the relay client without the embedded relay, whose package lies below it. */
    private static DescribedPredicate<JavaClass> theRelayClient() {
        return resideInAPackage("io.relaygate.relay..").and(resideOutsideOfPackages("io.relaygate.relay.server.."));
    }

    private static String[] andBase(String... rooms) {
        return Stream.concat(Arrays.stream(rooms), Arrays.stream(BASE))
                .toArray(String[]::new);
    }

    private static ArchRule fence(String room, String... vendors) {
        return noClasses().that(resideOutsideOfPackages(room)).should().dependOnClassesThat(resideInAnyPackage(vendors));
    }

    private static DescribedPredicate<JavaAccess<?>> target(Class<?> owner, Set<String> members) {
        return describe(owner.getSimpleName() + " " + members,
                access -> access.getTargetOwner().isAssignableTo(owner) && members.contains(access.getName()));
    }
}
