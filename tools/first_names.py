"""Usual first names in France, to tell a first name from a family name where nothing else does.

What is not in here is no less a first name: the list only helps to see in which order a list writes names.
"""

from .text import fold

_TEXT = """
aaron abdallah abdel abdelkader abdoulaye abel achille adam adama adele adeline adelaide adrien
adrienne agathe agnes ahmed aicha aida aissatou alain alan alban albane albert alexandra alexandre
alexia alexis alfred ali alice alicia aline alix aloise alphonse amadou amandine amanda ambre amelie
amina aminata amine anais anas anatole andre andrea andree ange angele angelique anissa anita anna
annabelle anne annette annick annie anthony antoine antoinette antonin antonio apolline ariane
aristide arlette armand armelle arnaud arthur assia astrid aubin aude audrey auguste augustin
aurelie aurelien aurore awa axel axelle aya aymeric baptiste barbara bastien beatrice benedicte
benjamin benoit berenice bernadette bernard berthe bertrand bilal bintou blanche boris boubacar
brahim brice brigitte bruno camille capucine carine carl carla carole caroline catherine cecile
cedric celeste celestin celia celine cesar chantal charlene charles charline charlotte cheikh chloe
christel christelle christian christiane christine christophe cindy claire clara clarisse claude
claudette claudine clea clelia clemence clement clementine cleo clothilde clotilde colette colin
coline constance constant corentin corinne coralie cyprien cyril cyrille damien daniel daniele
danielle danny daphne david deborah delphine denis denise didier diane dimitri djibril dominique
donatien dorian doriane dorothee dylan edgar edith edmond edouard elea eleonore elena eliane elias
elie eliott elisa elisabeth elise ella elodie eloise elsa emeline emile emilie emilien emma emmanuel
emmanuelle enora enzo eric erica erika ernest erwan erwann estelle esteban esther ethan etienne
eugene eugenie eva evan evelyne ezio fabien fabienne fabio fabrice fadila faiza fanny fanta fares
farid farida fatima fatimata fatou fatoumata faustine felicie felix ferdinand fernand fernande
flavie flavien fleur flora florence florent florentin florian floriane france francine francis
francisco francois francoise franck frank frederic frederique gabin gabriel gabriela gabrielle gael
gaelle gaetan gaspard gaston gauthier gautier genevieve geoffrey geoffroy george georges georgette
gerald geraldine gerard germain germaine ghislain ghislaine gilbert gilberte gildas gilles gisele
gregoire gregory guilhem guillaume gustave guy gwenael gwenaelle gwendal gwendoline habib hadrien
hakim hamid hamza hannah harold hassan hasna helene heloise henri henriette herve hicham hilaire
honore honorine hortense hubert hugo hugues hyacinthe ibrahim ibrahima idriss ilan ilian ilona imane
imen ines ingrid irene iris isaac isabel isabelle isaure ismael ismail issa ivan jacqueline jacques
jade jamel james jamila janine jason jawad jean jeanne jeannine jennifer jeremie jeremy jerome
jessica jessy joachim joan joanna jocelyn jocelyne joel joelle johan johann johanna john jonathan
jordan jordane jose joseph josephine josette josiane josselin josue joy juan judith jules julia
julian julie julien julienne juliette june justin justine kader kadiatou kamel karen karim karima
karine karl kathleen katia kelly kenza kenzo kevin khadija khadidja khaled killian kilian kim
laetitia lamia lana lara laura laure laureen laureline laurence laurent laurie laurine lea leandre
leila lena leo leon leonard leonie leonore leontine leopold leslie lilia lilian liliane lilou lily
lina linda line lisa lise lisette lison livia loan loic lola lorenzo lou louan louane louis louisa
louise louna luc luca lucas lucette lucia lucie lucien lucienne lucile lucille ludivine ludovic
luigi luis luka lukas lya lydia lydie lyna madeleine madison mae mael maelle maelys maeva magali
magalie maia maissa malak malik malika malo malvina mamadou manel manon manuel manuela marc marceau
marcel marcelle marcelline marco margaux margot marguerite maria mariam mariama mariame marianne
marie mariette marilyne marin marina marine mario marion marius marlene marthe martial martin
martine marwa marwan mary maryam maryline maryse maryvonne mateo matheo matheus mathias mathieu
mathilde mathis mathys matteo matthias matthieu maud maurice maurine max maxence maxime maximilien
maya mayeul mayssa medhi mehdi melanie melina melissa melodie melvin mercedes merwan michael michel
michele micheline mickael miguel mike milan milo mila mireille mohamed mohammed moise monique morgan
morgane mouhamadou mounir mouna moussa muriel mustapha myriam nabil nadege nadia nadine naim najat
naomi nassim natacha natalia nathalie nathan nathanael nawel nelly nelson nesrine nicolas nicole
nils nina nino noa noah noam noe noel noelle noemie nolan nolwenn nora norah norbert nordine norman
nour noura octave oceane odette odile olga olive oliver olivia olivier omar ombeline ophelie orlane
orane oscar othmane oumar oumou ousmane pablo paola pascal pascale patrice patricia patrick paul
paula paule paulette pauline pedro perrine philibert philippe philippine pierre pierrette pierrick
priscilla prosper prune quentin rachel rachid rachida rafael raoul raphael raphaelle raymond
raymonde rayan rayane rebecca regine regis reine remi remy renaud rene renee rita robert roberte
robin rodolphe rodrigue roger rogerio roland rolande romain romane romaric romeo romuald ronan rosa
rosalie rose roseline roxane roxanne ruben ryan saad sabine sabrina sacha safia said saida salim
salima salma salome salomon samantha sami samia samir samira samuel sandra sandrine sara sarah sasha
saskia savannah sebastien segolene selena selim selma serena serge sergio severine sibylle sidonie
sigrid silvia simeon simon simone slimane sofia sofiane solal solange solene solenn soline sonia
sophia sophie soraya souad soufiane souleymane stanislas stella stephan stephane stephanie steve
steven sullivan suzanne suzon suzy sven swann sybille sylvain sylvaine sylvette sylviane sylvie
tamara tania tanguy tarek tatiana tess tessa thais thea theo theodore theophile theotime therese
thibaud thibault thibaut thierry thomas tifanie tiffany tim timeo timothe timothee titouan tom tony
tristan tugdual ugo ulysse valentin valentine valere valerie valery vanessa vanina vera veronique
vicky victoire victor victoria victorien vincent violaine violette virgile virginie viviane vivien
walid wandrille wassim wendy wilfried william willy xavier yacine yael yanis yann yanne yannick
yannis yasmina yasmine yassin yassine yoan yoann yoanne yohan yohann yolande youcef younes youri
youssef ysaline yvan yves yvette yvon yvonne zacharie zahra zakaria zaza zelie zineb zinedine zoe
zohra
"""
_NAMES = frozenset(_TEXT.split())


def is_first_name(text: str | None) -> bool:
    """Tell whether ``text`` is a usual first name, or two of them: ``Jean-Noël``, ``Marie Claire``.

    >>> is_first_name("MAËLLE"), is_first_name("Jean-Noël"), is_first_name("Kervella")
    (True, True, False)
    """
    parts = fold(text).replace("-", " ").split()
    return bool(parts) and all(part in _NAMES for part in parts)
