// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import dev.jrtap.bindgen.BindgenException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTEqualsInitializer;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorIncludeStatement;
import org.eclipse.cdt.core.dom.ast.IASTProblem;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTTranslationUnit;
import org.eclipse.cdt.core.parser.ScannerInfo;
import org.eclipse.core.runtime.CoreException;

/**
 * Parses headers for one target. A probe for each macro follows the last line, so that the parser itself turns the
 * macro's text into an expression.
 *
 * <p>The parser is Eclipse CDT's. It is used for syntax only; {@link dev.jrtap.bindgen.layout} computes types and
 * values.
 */
public final class HeaderParser {

    private static final Path USUAL = Path.of("/usr/include");

    private static final String MAIN = "/<main>.c";

    /** Types that no header declares. The parser has to know only that they are types. */
    private static final String TYPES = "typedef struct " + Collected.BUILTIN + " __builtin_va_list, __int128_t,"
            + " __uint128_t, _Float16, __bf16, _Float128, __float128, __float80, bool;\n";

    private final Target target;
    private final SearchPath path;
    private final Predefined predefined;
    private final HeaderTexts texts;
    private final Map<List<Path>, HeaderFiles> files = new HashMap<>();

    /** Makes a parser that remembers the texts of the files that it has read. */
    public HeaderParser(Target target, SearchPath path) {
        this(target, path, new HeaderTexts());
    }

    /** Makes a parser that shares the texts of files with others. */
    public HeaderParser(Target target, SearchPath path, HeaderTexts texts) {
        this.target = target;
        this.path = path;
        this.predefined = new Predefined(target, path.defines());
        this.texts = texts;
    }

    /** Returns the name in facts of a header that is named as in {@code #include <linux/if.h>}, or by its file. */
    public String includeName(String header) {
        Path file = Path.of(header);
        return Files.isRegularFile(file)
                ? files(List.of()).includeName(file.toAbsolutePath().toString())
                : header;
    }

    /** Returns whether a header that has been read, by its name in facts, lies below a directory. */
    public boolean isBelow(String includeName, Path directory) {
        return files.values().stream().anyMatch(some -> some.isBelow(includeName, directory.toString()));
    }

    /** Parses {@code headers} as one unit: names as in {@code #include <linux/if.h>}, or files. */
    public Declarations parse(List<String> headers) {
        return parse(headers, Map.of(), "", name -> true);
    }

    /**
     * Parses {@code headers} as one unit, with additional macros and C, and with probes for some macros only.
     *
     * @param defines macros and their text, defined before the first header
     * @param appendix additional C after the last header
     * @param wanted the macros whose values are needed
     */
    public Declarations parse(
            List<String> headers, Map<String, String> defines, String appendix, Predicate<String> wanted) {
        HeaderFiles found = files(headers);
        StringBuilder lines = new StringBuilder(TYPES);
        defines.forEach((name, value) ->
                lines.append("#define ").append(name).append(' ').append(value).append('\n'));
        for (String header : headers) {
            Path file = Path.of(header);
            if (Files.isRegularFile(file)) {
                lines.append("#include \"").append(file.toAbsolutePath()).append("\"\n");
            } else {
                found.asked(header);
                lines.append("#include <").append(header).append(">\n");
            }
        }
        lines.append(Dialect.END_OF_HEADERS).append('\n').append(appendix);
        String text = lines.toString();
        return DeepStack.call(() -> declarations(headers, found, text, wanted));
    }

    private Declarations declarations(List<String> headers, HeaderFiles found, String text, Predicate<String> wanted) {
        ProbedUnit probed = new ProbedUnit(found, predefined, target, wanted);
        try {
            IASTTranslationUnit unit = probed.parse(MAIN, text, new ScannerInfo(Map.of(), found.searchPath()));
            refuseProblems(headers, found, unit);
            return new Declarations(target, unit, probed.asides(), found, wanted, tokens -> expression(found, tokens));
        } catch (CoreException e) {
            throw new BindgenException(String.join(", ", headers) + ": the parser failed: " + e.getMessage(), e);
        } catch (CountedMacros.TooLong e) {
            throw new BindgenException(probed.place(found) + ": " + e.getMessage(), e);
        } catch (StackOverflowError e) {
            throw new BindgenException(String.join(", ", headers) + ": nested too deeply for the parser's stack", e);
        } catch (IndexOutOfBoundsException | ClassCastException | NullPointerException | IllegalArgumentException e) {
            // Faults of CDT, which only C that no compiler accepts triggers.
            throw new BindgenException(String.join(", ", headers) + ": the parser cannot read this: " + e, e);
        }
    }

    private HeaderFiles files(List<String> headers) {
        return files.computeIfAbsent(
                path.directories(target, headers), directories -> new HeaderFiles(directories, texts));
    }

    /** Parses text that the parser keeps as tokens into an expression; returns {@code null} if it is not one. */
    private IASTExpression expression(HeaderFiles files, String text) {
        try {
            for (IASTDeclaration declaration : new ProbedUnit(files, predefined, target, name -> false)
                    .parse(MAIN, "static long x = (" + text + ");\n", new ScannerInfo())
                    .getDeclarations()) {
                if (declaration instanceof IASTSimpleDeclaration simple
                        && simple.getDeclarators().length == 1
                        && simple.getDeclarators()[0].getInitializer() instanceof IASTEqualsInitializer initializer
                        && initializer.getInitializerClause() instanceof IASTExpression expression) {
                    return expression;
                }
            }
            return null;
        } catch (CoreException e) {
            throw new BindgenException("the parser failed: " + e.getMessage(), e);
        }
    }

    /** Returns a hint if a missing header is one of the machine's own, whose directory other directories replace. */
    private static String machines(String name, HeaderFiles files) {
        return Files.isRegularFile(USUAL.resolve(name))
                        && !List.of(files.searchPath()).contains(USUAL.toString())
                ? "; " + USUAL + " has it: to search both, name the other directory with -I only"
                : "";
    }

    private static void refuseProblems(List<String> headers, HeaderFiles files, IASTTranslationUnit unit) {
        for (IASTPreprocessorIncludeStatement include : unit.getIncludeDirectives()) {
            if (include.isActive() && !include.isResolved()) {
                String from = include.getFileLocation().getFileName();
                throw new BindgenException((from.equals(MAIN)
                                ? ""
                                : files.includeName(from) + ":"
                                        + include.getFileLocation().getStartingLineNumber() + ": ")
                        + include.getName() + " is not found; searched: " + String.join(", ", files.searchPath())
                        + "; add a directory with -I"
                        + machines(include.getName().toString(), files));
            }
        }
        for (IASTProblem problem : unit.getPreprocessorProblems()) {
            if (problem.getID() == IASTProblem.PREPROCESSOR_POUND_ERROR) {
                throw new BindgenException(String.join(", ", headers) + ": " + problem.getMessageWithLocation());
            }
        }
    }
}
