// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.address.InterfaceName;
import dev.jrtap.address.IpAddress;
import dev.jrtap.address.IpPrefix;
import dev.jrtap.address.MacAddress;
import dev.jrtap.samples.bench.BenchCommand;
import dev.jrtap.samples.doctor.DoctorCommand;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code jrtap}. Each subcommand is a class that reads as a tutorial; without one, the demo runs.
 *
 * <p>Exit codes: 0 for success, 1 for a failure, 2 for a wrong option or argument. An error is one sentence.
 */
@Command(
        name = "jrtap",
        description = "TAP devices and io_uring, in pure Java. Without a command, runs the demo.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
public final class Jrtap implements Callable<Integer> {

    private static final String DEMO = "demo";

    /** In the order of the help text. Only the class of the requested command is loaded. */
    static final List<String> COMMANDS =
            List.of(DEMO, "doctor", "echo", "forward", "generate", "sink", "capture", "copy", "bench");

    private static final Pattern COUNT = Pattern.compile("([+-]?[0-9]+)([kM]?)");

    private static final int FAILURE = 1;
    private static final int WRONG_USAGE = 2;

    private Jrtap() {}

    public static void main(String[] args) {
        // Numbers with the same digits and separators everywhere: programs and pages read them.
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        System.exit(run(args));
    }

    private static int run(String... args) {
        CommandLine line = new CommandLine(new Jrtap());
        String asked = args.length == 0 ? DEMO : args[0];
        if (COMMANDS.contains(asked)) {
            line.addSubcommand(command(asked));
        } else {
            COMMANDS.forEach(name -> line.addSubcommand(command(name)));
        }
        converter(line, int.class, Jrtap::whole);
        converter(line, long.class, Jrtap::count);
        converter(line, double.class, Jrtap::number);
        converter(line, IpPrefix.class, IpPrefix::parse);
        converter(line, InetAddress.class, IpAddress::parse);
        converter(line, MacAddress.class, MacAddress::parse);
        converter(line, InterfaceName.class, InterfaceName::parse);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(Jrtap::wrongUsage);
        line.setExecutionExceptionHandler(Jrtap::failed);
        int status = args.length == 0 ? line.execute(DEMO) : line.execute(args);
        // picocli ignores errors of System.out: a help text on a full disk is a failure.
        return System.out.checkError() && status == 0 ? FAILURE : status;
    }

    /** Makes a command. Loading all of them takes longer than everything else before the first packet. */
    private static Object command(String name) {
        return switch (name) {
            case DEMO -> new DemoCommand();
            case "doctor" -> new DoctorCommand();
            case "echo" -> new EchoCommand();
            case "forward" -> new ForwardCommand();
            case "generate" -> new GenerateCommand();
            case "sink" -> new SinkCommand();
            case "capture" -> new CaptureCommand();
            case "copy" -> new CopyCommand();
            case "bench" -> new BenchCommand();
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Registers a parser of this library, whose message about a wrong value the user sees. */
    private static <T> void converter(CommandLine line, Class<T> type, Function<String, T> parser) {
        ITypeConverter<T> converter = text -> {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
        line.registerConverter(type, converter);
    }

    private static int whole(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            String wrong = text.matches("[+-]?[0-9]+") ? "too large" : "not a whole number";
            throw new IllegalArgumentException(wrong + ": \"" + text + "\"", e);
        }
    }

    /** Parses a count or a rate, which may end in k for thousands or in M for millions. */
    private static long count(String text) {
        Matcher matcher = COUNT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a whole number, with or without k or M: \"" + text + "\"");
        }
        long unit = matcher.group(2).isEmpty() ? 1 : matcher.group(2).equals("k") ? 1_000 : 1_000_000;
        try {
            return Math.multiplyExact(unit, Long.parseLong(matcher.group(1)));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("too large: \"" + text + "\"", e);
        }
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number: \"" + text + "\"", e);
        }
    }

    private static int wrongUsage(ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        String name = line.getCommandSpec().qualifiedName();
        String wrong = e.getMessage();
        if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            wrong = (line.getParent() == null ? "unknown command: " : "unexpected argument: ")
                    + unmatched.getUnmatched().get(0);
        }
        line.getErr().println(name + ": " + wrong + "; see " + name + " --help");
        return WRONG_USAGE;
    }

    private static int failed(Exception e, CommandLine line, ParseResult parsed) throws Exception {
        String sentence = line.getCommandSpec().qualifiedName() + ": " + sentence(e);
        if (e instanceof IllegalArgumentException) {
            line.getErr().println(sentence);
            return WRONG_USAGE;
        }
        if (!(e instanceof IOException)) {
            throw e;
        }
        // The reader of the pipe has closed it, which is not an error to report.
        if (!sentence.endsWith("Broken pipe")) {
            line.getErr().println(sentence);
        }
        return FAILURE;
    }

    /** Returns the message of an exception; that of some JDK exceptions is only the name of a file. */
    private static String sentence(Exception e) {
        if (e instanceof NoSuchFileException file) {
            return file.getFile() + ": no such file or directory";
        }
        return e instanceof AccessDeniedException file ? file.getFile() + ": permission denied" : e.getMessage();
    }

    @Override
    public Integer call() {
        return run(DEMO);
    }
}
