/** The moto of the main suites, without what they put in front of it. */
import { refereeTool } from '../../scripts/referees';
import { onBareMoto } from './bare-moto';

onBareMoto('5.2.1', () => refereeTool('moto', 'python'));
