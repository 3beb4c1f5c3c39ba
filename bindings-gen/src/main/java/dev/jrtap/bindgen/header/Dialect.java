// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.eclipse.cdt.core.dom.parser.IScannerExtensionConfiguration;
import org.eclipse.cdt.core.parser.EndOfFileException;
import org.eclipse.cdt.core.parser.FileContent;
import org.eclipse.cdt.core.parser.IGCCToken;
import org.eclipse.cdt.core.parser.IParserLogService;
import org.eclipse.cdt.core.parser.IProblem;
import org.eclipse.cdt.core.parser.IScannerInfo;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.core.parser.IncludeFileContentProvider;
import org.eclipse.cdt.core.parser.ParserLanguage;
import org.eclipse.cdt.internal.core.parser.scanner.CPreprocessor;
import org.eclipse.cdt.internal.core.parser.scanner.Token;

/**
 * A preprocessor whose tokens the parser understands: words of C11 and C23 and attributes that the parser's grammar
 * lacks, or does not allow everywhere, are rewritten, removed, or set aside.
 *
 * <p>A token keeps its offset, so that places and texts of nodes remain those of the header.
 */
final class Dialect extends CPreprocessor {

    /** Marks the end of the headers, where everything open is closed. */
    static final String END_OF_HEADERS = "__jrtap_end_of_headers";

    /** Marks the end of a probe's text, whatever the macro in it contains. */
    static final String END_OF_PROBE = "__jrtap_end_of_probe";

    /** The word by which {@code predefined.h} replaces {@code _Pragma}. */
    static final String PRAGMA = "__jrtap_pragma";

    private static final String NO_CHARACTER = "has a character in it that is not valid in C";

    private final Asides asides;
    private final Deque<Token> ready = new ArrayDeque<>();
    private final RawTokens raw;
    private final Lookahead tokens;
    private final AttributeTokens attributes;
    private final EnumTokens enums;
    private final TypeWords types;
    private final Nesting nesting = new Nesting();
    private final Progress progress;
    private int problems;
    private int previous = IToken.tSEMI;
    private boolean beforeAttributes = true;
    private Token last;

    Dialect(
            FileContent content,
            IScannerInfo info,
            IParserLogService log,
            IScannerExtensionConfiguration configuration,
            IncludeFileContentProvider files,
            Predefined predefined,
            Target target,
            Asides asides) {
        super(content, info, ParserLanguage.C, log, configuration, files);
        this.asides = asides;
        Interior.evaluate(this, new Conditions(this, target.charIsSigned()));
        this.raw = new RawTokens(this::nextTokenRaw, Interior.count(this));
        this.tokens = new Lookahead(new LiteralTokens(raw));
        this.progress = new Progress(nesting, asides, getLocationResolver());
        predefined.define(this);
        this.attributes = new AttributeTokens(tokens, asides, ready::add);
        this.enums = new EnumTokens(tokens, attributes, asides, ready::add);
        this.types = new TypeWords(tokens, attributes, ready::add);
    }

    /** Called for a character that begins no token, which the preprocessor drops; a token that is not C replaces it. */
    @Override
    public void handleProblem(int id, char[] argument, int offset, int end) {
        problems++;
        if (id == IProblem.SCANNER_BAD_CHARACTER) {
            raw.bad();
        }
        super.handleProblem(id, argument, offset, end);
    }

    @Override
    public IToken nextToken() throws EndOfFileException {
        while (ready.isEmpty()) {
            translate(tokens.read());
        }
        Token token = ready.poll();
        // The parser links the tokens that it gets, so the preprocessor's own links are cleared.
        token.setNext(null);
        previous = token.getType();
        last = token;
        if (!progress.pass(token)) {
            abandon(token);
        }
        return token;
    }

    /** Ends a declaration that is nested too deeply for the parser with a token that is not C. */
    private void abandon(Token token) throws EndOfFileException {
        ready.clear();
        int open = nesting.open().size();
        for (Token next = tokens.peek(0); next != null; next = tokens.peek(0)) {
            int type = next.getType();
            if (open <= 0 && type == IToken.tSEMI || isWord(next, END_OF_HEADERS)) {
                break;
            }
            open += Nesting.step(type);
            tokens.read();
        }
        ready.add(RawTokens.bad(token));
        nesting.open().forEach(opening -> ready.add(Nesting.closing(opening, token)));
    }

    /** Returns the offset of the last token that was passed to the parser. */
    int at() {
        return last == null ? 0 : last.getOffset();
    }

    private void translate(Token token) throws EndOfFileException {
        int type = token.getType();
        if (type != IGCCToken.t__attribute__ && type != IToken.tLBRACKET) {
            beforeAttributes = true;
        } else if (beforeAttributes) {
            attributes.begin(previous);
            beforeAttributes = false;
        }
        switch (type) {
            case IGCCToken.t__attribute__ -> attributes.gnu(token);
            case IToken.t_enum -> enums.read(token, nesting.isOutermost());
            case IToken.tLBRACKET -> {
                if (tokens.next(IToken.tLBRACKET)) {
                    attributes.standard(token);
                } else {
                    ready.add(token);
                }
            }
            case IToken.t_extern -> external(token);
            case IToken.tRBRACE -> {
                if (!nesting.endsLinkage()) {
                    ready.add(token);
                }
            }
            case IToken.tIDENTIFIER, IToken.t_static_assert, IToken.t_thread_local -> word(token);
            case RawTokens.BAD -> {
                if (RawTokens.isBad(token)) {
                    progress.breaks(NO_CHARACTER);
                }
                ready.add(token);
            }
            default -> ready.add(token);
        }
    }

    private void word(Token token) throws EndOfFileException {
        char[] image = token.getCharImage();
        if (image.length < 7 || "_scta".indexOf(image[0]) < 0) {
            ready.add(token);
            return;
        }
        String word = new String(image);
        switch (word) {
            case "_Noreturn", "_Thread_local", "__thread" -> {}
            case "thread_local" -> {
                if (!startsDeclaration()) {
                    ready.add(token);
                }
            }
            case "_Static_assert" -> assertion();
            case "static_assert" -> {
                if (startsDeclaration() && tokens.next(IToken.tLPAREN)) {
                    asides.isC23 = true;
                    assertion();
                } else {
                    ready.add(token);
                }
            }
            case "_Atomic" -> types.atomic(token, previous);
            case "constexpr" -> {
                asides.isC23 = true;
                asides.constants.add(token.getOffset());
                ready.add(Lookahead.as(token, IToken.t_const, "const"));
            }
            case "alignas", "alignof" -> ready.add(tokens.next(IToken.tLPAREN) ? ProbeTokens.renamed(token) : token);
            case "typeof_unqual", "__typeof_unqual__" -> ready.add(ProbeTokens.renamed(token));
            case "_BitInt", "_Decimal32", "_Decimal64", "_Decimal128" -> types.unsupported(token, token);
            case "_Float16", "__bf16", "_Float128", "__float128" ->
                types.real(token, previous == IToken.t__Complex ? last : null);
            case "_Generic" ->
                ready.addAll(
                        tokens.next(IToken.tLPAREN) ? GenericTokens.call(token, tokens.balanced()) : List.of(token));
            case PRAGMA -> pragma(token);
            case END_OF_HEADERS -> endOfHeaders();
            case END_OF_PROBE -> {}
            default -> {
                if (isProbe(word)) {
                    probe(token);
                } else {
                    ready.add(token);
                }
            }
        }
    }

    /** Skips {@code extern "C"}, which has no meaning in C, so that a header for C++ can be read. */
    private void external(Token keyword) throws EndOfFileException {
        Token linkage = tokens.peek(0);
        if (linkage == null || linkage.getType() != IToken.tSTRING || !"\"C\"".equals(linkage.getImage())) {
            ready.add(keyword);
            return;
        }
        tokens.read();
        if (tokens.next(IToken.tLBRACE)) {
            tokens.read();
            nesting.beginsLinkage();
        }
    }

    private void pragma(Token token) throws EndOfFileException {
        if (tokens.next(IToken.tLPAREN)) {
            List<Token> text = tokens.balanced();
            if (text.size() == 3) {
                asides.pragmas.put(
                        token.getOffset(),
                        new String(text.get(1).getCharImage()).replaceAll("^L?\"|\"$|\\\\(?=[\"\\\\])", ""));
            }
        }
    }

    private boolean startsDeclaration() {
        return previous == IToken.tSEMI || previous == IToken.tLBRACE || previous == IToken.tRBRACE;
    }

    /** Removes an assertion and its semicolon, because it declares nothing. */
    private void assertion() throws EndOfFileException {
        if (tokens.next(IToken.tLPAREN)) {
            tokens.balanced();
        }
        if (tokens.next(IToken.tSEMI)) {
            tokens.read();
        }
    }

    /** Closes everything open, which would otherwise swallow the probes, at the headers' last token. */
    private void endOfHeaders() {
        for (Token opening : nesting.open()) {
            ready.add(Nesting.closing(opening, last));
            if (opening.getType() == IToken.tLBRACE) {
                asides.unclosed = getLocationResolver().getMappedFileLocation(opening.getOffset(), 1);
            }
        }
        if (!nesting.isOutermost()) {
            ready.add(Lookahead.as(last, IToken.tSEMI, ";"));
        }
    }

    private boolean isProbe(String word) {
        return previous == IToken.t_long && (word.startsWith(Probes.MACRO) || word.startsWith(Probes.FUNCTION));
    }

    /** Passes on a probe, unless its macro is obviously not an expression: that could spoil the next probe, too. */
    private void probe(Token name) throws EndOfFileException {
        int before = problems;
        ready.add(name);
        String macro = name.getImage().replaceFirst(Probes.MACRO + "|" + Probes.FUNCTION, "");
        try {
            List<Token> text = new ProbeTokens(tokens).read();
            if (Nesting.isTooDeep(text)) {
                asides.refusedMacros.put(macro, Nesting.TOO_DEEP);
            } else if (problems == before) {
                ready.addAll(text);
            }
        } catch (CountedMacros.TooLong e) {
            asides.refusedMacros.put(macro, e.getMessage());
            while (!isWord(tokens.read(), END_OF_PROBE)) {
                continue;
            }
        }
    }

    private static boolean isWord(Token token, String word) {
        return token.getType() == IToken.tIDENTIFIER && token.getImage().equals(word);
    }
}
